"""What the book is made with.

places      the repository, its chapters, the pages and their order
text        directives' words, pieces of files, fences
directives  each directive of a page, and what stands in its place
coverage    a chapter's files, and git's difference of two of them
stages      each step's tree, what of it a page holds, and the tree typed from the page
marks       new and gone lines, marked in coloured listings
steps       a chapter as patches: steps.toml, and the tree after each step
exercises   exercise.toml, and a grader for any tree
tries       a function that is left to the reader before the page shows ours
labs        lab.toml: faults to plant, their symptoms and sessions
console     commands that the reader types, and their recordings
figures     SVG and dot in the theme's colours
terms       glossary entries, and where they are introduced
symbols     names in a chapter's code browser
reference   pages generated from api/, bhc/system.xsd and the debugger's help
pages       what Doxygen reads: pages that are made, and the layout of the whole
finish      what is done to Doxygen's HTML: links, search, navigation
machine     the machine in the page: its files
"""
