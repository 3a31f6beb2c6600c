/**
 * @file
 * bhc: the words of a description for the numbers of core/system.h and api/bulkhead.h. A word's
 * place in its list is its number; each list ends with NULL.
 */
#ifndef BHC_WORDS_H
#define BHC_WORDS_H

extern const char *const cache_words[];   /**< enum area_cache */
extern const char *const trigger_words[]; /**< 1: level */
extern const char *const channel_words[]; /**< enum system_channel_kind */
extern const char *const trace_words[];   /**< enum bh_trace_kind */
extern const char *const event_words[];   /**< enum bh_health_event */
extern const char *const action_words[];  /**< enum health_action */

#endif
