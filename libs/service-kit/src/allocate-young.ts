import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make all objects in its young generation, for the whole process. By itself it makes those of a place in the code
 * in the old one at once, for good, where nearly all of them outlived a small collection. In a process that has just begun,
 * and whose young generation is small, that is whatever requests under way hold: from then on it waits there, dead, for the
 * next full collection, with all that it refers to. As Node's page on flags warns, it is set before there is anything to
 * collect; V8 looks at it at each collection.
 */
export const allocateYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
