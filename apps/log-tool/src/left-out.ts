/** What of a log does not go along: others may write into a log that is served, and the platform has no words for all of it. */
import { LOG_IDENTITY_STREAM } from '@action-do/contracts';
import type { PassedOver } from '@action-do/event-store';
import { EXIT, Refused } from './refused.js';

export interface LeftOut {
  readonly events: number;
  /** Some of their streams, for whoever has to decide: at most five, long names cut. */
  readonly streams: readonly string[];
}

/** What a server keeps may be called anything: what a terminal would take as a command is not shown. */
export const namesShown = ({ streams }: LeftOut): string =>
  streams.map((name) => JSON.stringify(name).replaceAll(/\p{C}/gu, '?')).join(', ');

export const NOTHING: LeftOut = { events: 0, streams: [] };

const NAMES_SHOWN_MAX = 5;
const NAME_LENGTH_MAX = 80;
/** 200 characters each at most. */
const BROKEN_STREAMS_MAX = 10_000;

/**
 * Gathers, while a log is looked through for the first time, what the store passes over (`onPassedOver`): streams that the
 * platform has no names for, and streams with an event that it cannot read. Of the latter none goes along: behind the
 * hole no event would be at its revision. What a server keeps for itself is no part of anybody's log.
 */
export class LeftOutStreams {
  readonly #names = new Set<string>();
  readonly #broken = new Map<string, bigint>();
  #events = 0;
  #isSeen = false;

  /** @throws Refused there are too many streams to remember */
  note({ streamName, revision, isNameable }: PassedOver): void {
    if (this.#isSeen || streamName === LOG_IDENTITY_STREAM || isServersOwn(streamName)) return;
    this.#events += 1;
    if (this.#names.size < NAMES_SHOWN_MAX) this.#names.add(streamName.slice(0, NAME_LENGTH_MAX));
    if (!isNameable || this.#broken.has(streamName)) return;
    if (this.#broken.size === BROKEN_STREAMS_MAX) throw tooMany();
    this.#broken.set(streamName, revision);
  }

  /** The log was looked through; what is passed over from now on is known. */
  end(): void {
    this.#isSeen = true;
  }

  /** Streams that the platform has names for, and that do not go along all the same. */
  get hasBroken(): boolean {
    return this.#broken.size > 0;
  }

  isBroken(streamId: string): boolean {
    return this.#broken.has(streamId);
  }

  /** @param whole events of broken streams that could be read */
  summary(whole: number): LeftOut {
    return { events: this.#events + whole, streams: [...this.#names] };
  }

  /** The first that could not be read, where there is one. */
  get first(): { readonly streamId: string; readonly revision: bigint } | undefined {
    for (const [streamId, revision] of this.#broken) return { streamId, revision };
    return undefined;
  }
}

/** `$$orders` is what somebody set for the stream `orders`; `$$$stats` and `$stats` are the server's. */
const isServersOwn = (name: string): boolean => /^\$(?!\$[^$])/.test(name);

/** A log is moved whole, or whoever moves it knows what is not: nothing was written. */
export function refusalOf(name: string, leftOut: LeftOut, found: LeftOutStreams): Refused {
  const { first } = found;
  const hole =
    first === undefined
      ? ''
      : ` Event ${first.revision} of stream ${first.streamId} cannot be read: it is the server's own, or its data is no JSON object, or its metadata no flat strings.`;
  return new Refused(
    'REQUEST_INVALID',
    EXIT.refused,
    `${name} holds what cannot be copied: ${leftOut.events} events of others, in streams such as ${namesShown(leftOut)}.${hole} Nothing was written.`,
    'Keep the source for their sake, and copy the rest with --leave-out-foreign.',
  );
}

const tooMany = (): Refused =>
  new Refused(
    'REQUEST_INVALID',
    EXIT.refused,
    `More than ${BROKEN_STREAMS_MAX} streams hold events that cannot be read. Nothing was written.`,
    'This is not the log of a platform alone: copy it by the means of its server.',
  );
