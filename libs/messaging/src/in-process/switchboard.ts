import type { BusHeaders, BusReply } from '../bus.js';
import { copyPayload } from '../outgoing-message.js';
import { SubjectTrie } from '../subject-trie.js';

/** Where an answer goes: what an inbox subject is on NATS. Numbers, so that it can cross a port and needs no table. */
export interface ReplyAddress {
  readonly connection: number;
  readonly request: number;
}

export interface Envelope extends BusReply {
  readonly subject: string;
  readonly replyTo: ReplyAddress | undefined;
}

export interface Subscriber {
  readonly queue: string | undefined;
  hasRoom(payloadBytes: number): boolean;
  /** Owns the envelope's payload. Must not run a handler before it returns (B2). */
  take(envelope: Envelope): void;
  /** A message went past for want of room. */
  miss(): void;
}

export interface Connection {
  answered(request: number, reply: BusReply): void;
}

/**
 * Decides who gets a message; the heart that the bus of a process and its threads share. It trusts its callers: what
 * comes in is checked, sealed and may be handed on.
 *
 * A full subscriber is passed over: another member of its group gets the message, otherwise it is dropped. A message
 * that thus reaches nobody counts as matched by nobody, so a request learns at once, and truly, that nothing was done.
 */
export class Switchboard {
  readonly #subscribers = new SubjectTrie<Subscriber>();
  readonly #connections = new Map<number, Connection>();
  #lastConnection = 0;

  join(connection: Connection): number {
    this.#lastConnection += 1;
    this.#connections.set(this.#lastConnection, connection);
    return this.#lastConnection;
  }

  leave(connection: number): void {
    this.#connections.delete(connection);
  }

  /** @returns how to take it off again */
  subscribe(pattern: string, subscriber: Subscriber): () => void {
    this.#subscribers.add(pattern, subscriber);
    return () => this.#subscribers.remove(pattern, subscriber);
  }

  /** Every taker gets its own copy of the payload (B1). @returns whether anybody took it */
  route(subject: string, payload: Uint8Array, headers: BusHeaders, replyTo?: ReplyAddress): boolean {
    const give = (subscriber: Subscriber): boolean => {
      if (!subscriber.hasRoom(payload.byteLength)) return false;
      subscriber.take({ subject, payload: copyPayload(payload), headers, replyTo });
      return true;
    };
    let isTaken = false;
    const groups = new Map<string, Subscriber[]>();
    for (const subscriber of this.#subscribers.match(subject)) {
      if (subscriber.queue !== undefined) {
        // One name is one group, whatever the patterns of its members: so it is on NATS.
        const members = groups.get(subscriber.queue);
        if (members === undefined) groups.set(subscriber.queue, [subscriber]);
        else members.push(subscriber);
      } else if (give(subscriber)) isTaken = true;
      else subscriber.miss();
    }
    for (const members of groups.values()) if (giveToOne(members, give)) isTaken = true;
    return isTaken;
  }

  /** Whoever no longer waits, or is gone, gets nothing. */
  answer({ connection, request }: ReplyAddress, payload: Uint8Array, headers: BusHeaders): void {
    this.#connections.get(connection)?.answered(request, { payload: copyPayload(payload), headers });
  }
}

/** Begins with a random member, as NATS does; no state to keep. */
function giveToOne(members: readonly Subscriber[], give: (member: Subscriber) => boolean): boolean {
  const first = Math.floor(Math.random() * members.length);
  for (let step = 0; step < members.length; step += 1) {
    const member = members[(first + step) % members.length];
    if (member !== undefined && give(member)) return true;
  }
  members[first]?.miss();
  return false;
}
