/** The package has no types; this is the one function we use. */
declare module 'fs-native-extensions' {
  /** Locks the whole file for writing; false where another open file holds it, even one of this process. */
  export function tryLock(fd: number): boolean;
}
