/* bhc: whole files. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(const char *what, const char *path, int error)
{
    fprintf(stderr, "bhc: cannot %s %s: %s\n", what, path, strerror(error));
    return false;
}

char *file_read(const char *path, size_t limit, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = malloc(limit + 2);

    if (!file || !data) {
        complain("read", path, errno);
        goto fail;
    }
    *size = fread(data, 1, limit + 1, file);
    if (ferror(file)) {
        complain("read", path, errno);
        goto fail;
    }
    fclose(file);
    data[*size] = '\0';
    return data;
fail:
    if (file)
        fclose(file);
    free(data);
    return NULL;
}

static bool write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

/* A device or a pipe has no directory entry to exchange: renaming would replace /dev/null. */
static bool write_device(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY);
    bool done;

    if (fd < 0)
        return complain("write", path, errno);
    done = write_all(fd, data, size) || complain("write", path, errno);
    if (close(fd) && done)
        return complain("write", path, errno);
    return done;
}

/* mkstemp's files are for their owner only; ours get what any new file gets. */
static bool set_usual_mode(int fd)
{
    mode_t mask = umask(0);

    umask(mask);
    return fchmod(fd, 0666 & ~mask) == 0;
}

/* Fills the file behind fd and closes it. @return 0 or errno */
static int fill(int fd, const void *data, size_t size)
{
    int error = 0;

    if (!write_all(fd, data, size) || !set_usual_mode(fd) || fsync(fd))
        error = errno;
    if (close(fd) && !error)
        error = errno;
    return error;
}

static bool write_and_rename(const char *path, const void *data, size_t size)
{
    size_t length = strlen(path) + sizeof ".XXXXXX";
    char *beside = malloc(length);
    int fd, error;

    if (!beside)
        return complain("write", path, errno);
    snprintf(beside, length, "%s.XXXXXX", path);
    fd = mkstemp(beside);
    error = fd < 0 ? errno : fill(fd, data, size);
    if (!error && rename(beside, path))
        error = errno;
    if (error && fd >= 0)
        unlink(beside);
    free(beside);
    return error ? complain("write", path, error) : true;
}

/* Ctrl-C waits until the file is there, or not. Past a size limit, write() is to fail, not to kill
 * us: SIGXFSZ would leave a half-written file behind. */
static bool write_undisturbed(const char *path, const void *data, size_t size)
{
    sigset_t set, before;
    bool done;

    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, &before);
    done = write_and_rename(path, data, size);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}

bool file_write(const char *path, const void *data, size_t size)
{
    struct stat status;
    char *real;
    bool done;

    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return complain("write", path, EISDIR);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return write_device(path, data, size);
    real = realpath(path, NULL); /* through a symbolic link, so that the link stays one */
    done = write_undisturbed(real ? real : path, data, size);
    free(real);
    return done;
}

bool file_same(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
