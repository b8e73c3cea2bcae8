/* Preloaded into the program by the tests of faults. While a file exists (its path is in the environment):
   FAULT_FSYNC    fsync fails
   FAULT_READONLY nothing below FAULT_FOLDER can be written, as after a file system was mounted read-only
   FAULT_FULL     nothing below FAULT_FOLDER has room to grow
   FAULT_HOLD     nothing below FAULT_FOLDER gets a new name: whoever would give it one waits until the file is gone
   FAULT_KILL     the process is killed in the middle of the write below FAULT_FOLDER that has the number in it, from 1
   FAULT_CLOCK    the clock is off by the seconds in it */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int is_there(const char *name) {
    const char *path = getenv(name);
    return path != NULL && access(path, F_OK) == 0;
}

static int is_below(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

/* How many bytes of this write the disk gets before the process is killed; all of them if it is not. */
static size_t before_the_end(int fd, size_t many, int *ends) {
    static int count;
    char link[64], path[4096];
    const char *when = getenv("FAULT_KILL");
    FILE *file = when ? fopen(when, "r") : NULL;
    int at = 0;
    *ends = 0;
    if (!file) return many;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = 0;
        *ends = is_below(path) && fscanf(file, "%d", &at) == 1 && __sync_add_and_fetch(&count, 1) == at;
    }
    fclose(file);
    return *ends ? many / 2 : many;
}

/* The error of a write of so many bytes at an offset; 0 when the disk takes it. */
static int refused(int fd, off64_t end) {
    char link[64], path[4096];
    int readonly = is_there("FAULT_READONLY"), full = is_there("FAULT_FULL");
    if (!readonly && !full) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!is_below(path)) return 0;
    if (readonly) return EROFS;
    struct stat64 now;
    return fstat64(fd, &now) == 0 && end > now.st_size ? ENOSPC : 0;
}

static int not_opened(const char *path, int flags) {
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
    return writes && is_there("FAULT_READONLY") && is_below(path);
}

#define OPENS(name)                                                                        \
    int name(const char *path, int flags, ...) {                                           \
        static int (*real)(const char *, int, ...);                                        \
        if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);        \
        va_list more;                                                                      \
        va_start(more, flags);                                                             \
        int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, int) : 0;                \
        va_end(more);                                                                      \
        if (not_opened(path, flags)) { errno = EROFS; return -1; }                         \
        return real(path, flags, mode);                                                    \
    }
OPENS(open)
OPENS(open64)

#define WRITES(name)                                                                       \
    ssize_t name(int fd, const void *bytes, size_t many, off64_t at) {                     \
        static ssize_t (*real)(int, const void *, size_t, off64_t);                        \
        if (!real) real = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, #name); \
        int why = refused(fd, at + (off64_t)many);                                         \
        if (why) { errno = why; return -1; }                                               \
        int ends;                                                                          \
        ssize_t done = real(fd, bytes, before_the_end(fd, many, &ends), at);               \
        if (ends) raise(SIGKILL);                                                          \
        return done;                                                                       \
    }
WRITES(pwrite)
WRITES(pwrite64)

ssize_t write(int fd, const void *bytes, size_t many) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    off64_t at = lseek64(fd, 0, SEEK_CUR);
    int why = at < 0 ? 0 : refused(fd, at + (off64_t)many);
    if (why) { errno = why; return -1; }
    int ends;
    ssize_t done = real(fd, bytes, before_the_end(fd, many, &ends));
    if (ends) raise(SIGKILL);
    return done;
}

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    if (!real) real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    if (is_there("FAULT_READONLY") && is_below(to)) { errno = EROFS; return -1; }
    while (is_there("FAULT_HOLD") && is_below(to)) usleep(1000);
    return real(from, to);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    if (is_there("FAULT_FSYNC")) { errno = EIO; return -1; }
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    if (is_there("FAULT_FSYNC")) { errno = EIO; return -1; }
    return real(fd);
}

int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(id, now);
    const char *path = getenv("FAULT_CLOCK");
    FILE *file = done == 0 && id == CLOCK_REALTIME && path ? fopen(path, "r") : NULL;
    long seconds = 0;
    if (file) {
        if (fscanf(file, "%ld", &seconds) == 1) now->tv_sec += seconds;
        fclose(file);
    }
    return done;
}
