/**
 * What a stream is called in the file's index. The port's names are their own keys, so the way of product appends looks
 * at nothing; any other name (a generic client's: with spaces, beyond ASCII, longer than a key of the file may be) is
 * hashed, and stands in full in its records. '#' is in no name of the port, so the two never meet.
 */
import { createHash } from 'node:crypto';
import { isStreamId } from '../check-arguments.js';

export const streamKey = (name: string): string =>
  isStreamId(name) ? name : `#${createHash('sha256').update(name).digest('hex')}`;
