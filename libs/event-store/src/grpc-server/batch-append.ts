/**
 * One client's batch appends: one long call, many appends, each answered once, in any order.
 *  B1 an append is decided in the turn in which its last message is read, so appends keep the order of the client's calls.
 *  B2 bounded: behind `inFlightMax` appends, or answers that the client does not take, nothing more is read of the call.
 */
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { badRequest, type WriteOutcome } from './append-outcome.js';
import { type Asked, batchFailure, batchSuccess } from './batch-answers.js';
import type { BytesBudget } from './bytes-budget.js';
import { GatheredAppend } from './gathered-append.js';
import type { LogWriter } from './log-writer.js';
import { expectedOf, streamNameOf, uuidText } from './proposed-events.js';
import { WRITE_TIMEOUT_MS, within } from './within.js';

type Call = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;

const IN_FLIGHT_BYTES_MAX = 32 * 1024 * 1024;
/** Appends that have begun, but whose last message is still to come. */
const UNFINISHED_MAX = 64;

interface Unfinished {
  readonly asked: Asked;
  readonly stream: string;
  readonly endsAtMs: number;
  readonly append: GatheredAppend;
}

export class BatchAppend {
  readonly #unfinished = new Map<string, Unfinished>();
  #inFlight = 0;
  #inFlightBytes = 0;
  #unsent = false;
  #halfClosed = false;
  #gone = false;

  constructor(
    private readonly call: Call,
    private readonly writer: LogWriter,
    private readonly budget: BytesBudget,
    private readonly inFlightMax: number,
    private readonly report: (error: unknown) => void,
  ) {
    call.on('data', (message: streams.BatchAppendReq) => this.#take(message));
    call.on('drain', () => {
      this.#unsent = false;
      this.#readOn();
    });
    call.on('end', () => {
      this.#halfClosed = true;
      // Their ends will not come any more.
      this.#dropUnfinished();
      this.#endWhenAnswered();
    });
    const leave = () => {
      this.#gone = true;
      this.#dropUnfinished();
    };
    call.on('cancelled', leave);
    call.on('error', leave);
  }

  #take(message: streams.BatchAppendReq): void {
    if (this.#gone) return;
    const correlation = uuidText(message.getCorrelationId()) ?? '';
    const options = message.getOptions();
    const begun = this.#unfinished.get(correlation) ?? (options && this.#begin(message, options));
    // A real server does not answer what never had options either: there is nothing to answer about.
    if (!begun) return;
    for (const proposed of message.getProposedMessagesList()) begun.append.add(proposed);
    if (message.getIsFinal()) {
      this.#unfinished.delete(correlation);
      void this.#finish(begun);
      return;
    }
    if (!this.#unfinished.has(correlation) && this.#unfinished.size >= UNFINISHED_MAX)
      begun.append.refuse(badRequest(`more than ${UNFINISHED_MAX} appends are unfinished`));
    this.#unfinished.set(correlation, begun);
  }

  #begin(message: streams.BatchAppendReq, options: streams.BatchAppendReq.Options): Unfinished {
    const append = new GatheredAppend(this.budget);
    const identifier = options.getStreamIdentifier();
    const stream = streamNameOf(identifier);
    const expected = expectedOf(
      options,
      options.hasStreamPosition() ? options.getStreamPosition() : undefined,
    );
    if (typeof stream === 'object') append.refuse(stream);
    if (typeof expected === 'object') append.refuse(expected);
    const deadline = options.getDeadline()?.toDate().getTime() ?? Infinity;
    return {
      asked: {
        correlationId: message.getCorrelationId(),
        identifier,
        expected: typeof expected === 'object' ? undefined : expected,
      },
      stream: typeof stream === 'object' ? '' : stream,
      endsAtMs: deadline,
      append,
    };
  }

  async #finish({ asked, stream, endsAtMs, append }: Unfinished): Promise<void> {
    const { bytes } = append;
    this.#inFlight += 1;
    this.#inFlightBytes += bytes;
    if (this.#isFull()) this.call.pause();
    try {
      this.#answer(asked, await this.#outcome(asked, stream, endsAtMs, append));
    } catch (error) {
      this.report(error);
      this.#answer(asked, { kind: 'unknown', detail: 'the log could not answer' });
    }
    append.letGo();
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    this.#readOn();
    this.#endWhenAnswered();
  }

  #outcome(
    { expected }: Asked,
    stream: string,
    endsAtMs: number,
    append: GatheredAppend,
  ): WriteOutcome | Promise<WriteOutcome> {
    if (append.refused) return append.refused;
    if (expected === undefined) return badRequest('nothing is expected of the stream');
    const leftMs = Math.min(endsAtMs - Date.now(), WRITE_TIMEOUT_MS);
    if (leftMs <= 0) return { kind: 'unknown', detail: 'its deadline was over when it came' };
    return within(leftMs, this.writer.append({ stream, expected, events: append.events }));
  }

  #answer(asked: Asked, outcome: WriteOutcome): void {
    if (this.#gone) return;
    const answer = outcome.kind === 'written' ? batchSuccess(asked, outcome) : batchFailure(asked, outcome);
    if (this.call.write(answer)) return;
    this.#unsent = true;
    this.call.pause();
  }

  #dropUnfinished(): void {
    for (const { append } of this.#unfinished.values()) append.letGo();
    this.#unfinished.clear();
  }

  #readOn(): void {
    if (!this.#unsent && !this.#isFull() && this.call.isPaused()) this.call.resume();
  }

  #isFull(): boolean {
    return this.#inFlight >= this.inFlightMax || this.#inFlightBytes >= IN_FLIGHT_BYTES_MAX;
  }

  #endWhenAnswered(): void {
    if (this.#halfClosed && this.#inFlight === 0 && !this.#gone) {
      this.#gone = true;
      this.call.end();
    }
  }
}
