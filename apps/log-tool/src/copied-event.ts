import { createHash } from 'node:crypto';
import type { NewEvent } from '@action-do/event-store';
import canonicalize from 'canonicalize';

/** What of an event goes along: all but its position and the moment of writing, which are each store's own. */
export interface CopiedEvent extends NewEvent {
  readonly streamId: string;
  readonly revision: bigint;
}

/** The same text for the same event, whatever order a store keeps members in: RFC 8785. */
export function eventText({ streamId, revision, id, type, data, metadata }: CopiedEvent): string {
  const text = canonicalize([streamId, String(revision), id, type, data, metadata]);
  if (text === undefined) throw new TypeError(`event ${id} is no JSON`);
  return text;
}

/** A running digest over events in their order: two logs with the same one hold the same. */
export class EventsDigest {
  readonly #hash = createHash('sha256');
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param text `eventText` of the next event */
  add(text: string): void {
    this.#hash.update(text).update('\n');
    this.#count += 1;
  }

  /** Of the events so far; more may be added. */
  hex(): string {
    return this.#hash.copy().digest('hex');
  }
}
