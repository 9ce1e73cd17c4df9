import { tryLock } from 'fs-native-extensions';

/**
 * A lock of the kernel's on the whole of a file that is open for writing. It goes when the file is closed, also by
 * kill -9, so there is nothing stale to clean up. On Windows others cannot even read the file meanwhile.
 * @returns false where another has it open and locked, also one of this process
 */
export const lockFile = (fd: number): boolean => tryLock(fd);
