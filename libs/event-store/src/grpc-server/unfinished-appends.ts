/**
 * The appends of one batch call whose last message is still to come. Bounded in number, in time and, by the budget, in bytes;
 * what is refused is answered at once and nothing of it kept but its id, so that its rest is not taken for a new append.
 */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { badRequest, type Refused } from './append-outcome.js';
import type { Asked } from './batch-answers.js';
import type { BytesBudget } from './bytes-budget.js';
import { GatheredAppend } from './gathered-append.js';
import { expectedOf, nameBytesOf, streamNameOf, uuidText } from './proposed-events.js';

const UNFINISHED_MAX = 64;
/** Refused before their last message, which has not come yet. */
const REFUSED_MAX = 4_096;
/** A UUID has 36. */
const CORRELATION_LENGTH_MAX = 64;

export interface BegunAppend {
  readonly asked: Asked;
  readonly stream: string;
  readonly endsAtMs: number;
  readonly append: GatheredAppend;
}

interface Unfinished extends BegunAppend {
  readonly overdue: NodeJS.Timeout;
}

interface Listener {
  /** To be answered, now. */
  refused(asked: Asked, refused: Refused): void;
  /** More are refused before their end than can be told apart: the call cannot go on. */
  overrun(): void;
}

export class UnfinishedAppends {
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #refused = new Set<string>();

  constructor(
    private readonly budget: BytesBudget,
    private readonly gatheringMs: number,
    private readonly listener: Listener,
  ) {}

  /** @returns the append that the message ends, refused or not; undefined where more is to come, or is not wanted */
  take(message: streams.BatchAppendReq): BegunAppend | undefined {
    const correlation = uuidText(message.getCorrelationId()) ?? '';
    const isFinal = message.getIsFinal();
    if (this.#refused.has(correlation)) {
      if (isFinal) this.#refused.delete(correlation);
      return undefined;
    }
    const known = this.#unfinished.get(correlation);
    const options = message.getOptions();
    const begun = known ?? (options && this.#begin(message, options, correlation));
    // A real server does not answer what never had options either: there is nothing to answer about.
    if (!begun) return undefined;
    for (const proposed of message.getProposedMessagesList()) begun.append.add(proposed);
    if (isFinal) {
      this.#forget(correlation);
      return begun;
    }
    if (!known && this.#unfinished.size >= UNFINISHED_MAX)
      begun.append.refuse(badRequest(`more than ${UNFINISHED_MAX} appends are unfinished`));
    if (begun.append.refused) this.#refuse(correlation, begun, begun.append.refused);
    else if (!known)
      this.#unfinished.set(correlation, { ...begun, overdue: this.#clock(correlation, begun) });
    return undefined;
  }

  /** Their ends will not come any more. */
  drop(): void {
    for (const [correlation, { append }] of this.#unfinished) {
      append.letGo();
      this.#forget(correlation);
    }
    this.#refused.clear();
  }

  #begin(
    message: streams.BatchAppendReq,
    options: streams.BatchAppendReq.Options,
    correlation: string,
  ): BegunAppend {
    const append = new GatheredAppend(this.budget);
    const identifier = options.getStreamIdentifier();
    const stream = streamNameOf(identifier);
    const expected = expectedOf(
      options,
      options.hasStreamPosition() ? options.getStreamPosition() : undefined,
    );
    const endsAtMs = options.getDeadline()?.toDate().getTime() ?? Infinity;
    const isLong = correlation.length > CORRELATION_LENGTH_MAX;
    if (isLong) append.refuse(badRequest('its correlation id is no UUID'));
    if (typeof stream === 'object') append.refuse(stream);
    else append.name(nameBytesOf(identifier));
    if (typeof expected === 'object') append.refuse(expected);
    if (Number.isNaN(endsAtMs)) append.refuse(badRequest('its deadline is no time'));
    return {
      // What is refused for its length is not sent back either; clients need a name all the same, if an empty one.
      asked: {
        correlationId: isLong ? undefined : message.getCorrelationId(),
        identifier: typeof stream === 'object' ? new shared.StreamIdentifier() : identifier,
        expected: typeof expected === 'object' ? undefined : expected,
      },
      stream: typeof stream === 'object' ? '' : stream,
      endsAtMs,
      append,
    };
  }

  #clock(correlation: string, begun: BegunAppend): NodeJS.Timeout {
    return setTimeout(() => {
      const late = badRequest(`it did not end within ${this.gatheringMs} ms: nothing was written`);
      begun.append.refuse(late);
      this.#refuse(correlation, begun, late);
    }, this.gatheringMs);
  }

  #refuse(correlation: string, { asked }: BegunAppend, refused: Refused): void {
    this.#forget(correlation);
    this.listener.refused(asked, refused);
    if (correlation.length > CORRELATION_LENGTH_MAX || this.#refused.size >= REFUSED_MAX)
      this.listener.overrun();
    else this.#refused.add(correlation);
  }

  #forget(correlation: string): void {
    clearTimeout(this.#unfinished.get(correlation)?.overdue);
    this.#unfinished.delete(correlation);
  }
}
