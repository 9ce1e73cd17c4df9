import { DEFINITION, READABLE_FROM } from '../schema/definition.js';

/** What an operator has to know while those of this version are built: whether lists go on answering from the old ones. */
export function whileBuilding(served: number, readableFrom = READABLE_FROM, ours = DEFINITION): string {
  return served >= readableFrom
    ? `views of definition ${served} are served while those of definition ${ours} are built from the log`
    : `views of definition ${served} cannot be read by this version: lists answer 503 until those of definition ${ours} are built from the log`;
}
