/**
 * One client's batch appends: one long call, many appends, each answered once, in any order.
 *  B1 an append is decided in the turn in which its last message is read, so appends keep the order of the client's calls.
 *  B2 bounded: behind `inFlightMax` appends, or answers that the client does not take, nothing more is read of the call.
 *  B3 an append is in flight until its write settles, also when its client was told before that nobody knows.
 */
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { badRequest, type Refused, type WriteOutcome } from './append-outcome.js';
import { type Asked, batchFailure, batchSuccess } from './batch-answers.js';
import type { BytesBudget } from './bytes-budget.js';
import { CallFailure } from './call-failure.js';
import type { LogWriter } from './log-writer.js';
import type { ServerLimits } from './server-limits.js';
import { type BegunAppend, UnfinishedAppends } from './unfinished-appends.js';
import { WRITE_TIMEOUT_MS, within } from './within.js';

type Call = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;

const IN_FLIGHT_BYTES_MAX = 32 * 1024 * 1024;

export class BatchAppend {
  readonly #unfinished: UnfinishedAppends;
  #inFlight = 0;
  #inFlightBytes = 0;
  #unanswered = 0;
  #unsent = false;
  #halfClosed = false;
  #gone = false;

  constructor(
    private readonly call: Call,
    private readonly writer: LogWriter,
    budget: BytesBudget,
    private readonly limits: Pick<ServerLimits, 'inFlightMax' | 'gatheringMs'>,
    private readonly report: (error: unknown) => void,
  ) {
    this.#unfinished = new UnfinishedAppends(budget, limits.gatheringMs, {
      refused: (asked, refused) => this.#answer(asked, refused),
      overrun: () =>
        call.emit(
          'error',
          new CallFailure(status.RESOURCE_EXHAUSTED, 'too many appends were refused in parts'),
        ),
    });
    call.on('data', (message: streams.BatchAppendReq) => this.#take(message));
    call.on('drain', () => {
      this.#unsent = false;
      this.#readOn();
    });
    call.on('end', () => {
      this.#halfClosed = true;
      this.#unfinished.drop();
      this.#endWhenAnswered();
    });
    const leave = () => {
      this.#gone = true;
      this.#unfinished.drop();
    };
    call.on('cancelled', leave);
    call.on('error', leave);
  }

  #take(message: streams.BatchAppendReq): void {
    if (this.#gone) return;
    const whole = this.#unfinished.take(message);
    if (whole) this.#finish(whole);
  }

  #finish(begun: BegunAppend): void {
    const { asked, stream, endsAtMs, append } = begun;
    const { expected } = asked;
    const leftMs = Math.min(endsAtMs - Date.now(), WRITE_TIMEOUT_MS);
    if (append.refused || expected === undefined || leftMs <= 0) {
      append.letGo();
      this.#answer(asked, append.refused ?? refusalOf(expected === undefined));
      return;
    }
    const { bytes } = append;
    this.#inFlight += 1;
    this.#inFlightBytes += bytes;
    if (this.#isFull()) this.call.pause();
    const writing = this.writer.append({ stream, expected, events: append.events });
    const settled = () => {
      append.letGo();
      this.#inFlight -= 1;
      this.#inFlightBytes -= bytes;
      this.#readOn();
    };
    writing.then(settled, settled);
    void this.#answerIn(leftMs, asked, writing);
  }

  async #answerIn(leftMs: number, asked: Asked, writing: Promise<WriteOutcome>): Promise<void> {
    this.#unanswered += 1;
    try {
      this.#answer(asked, await within(leftMs, writing));
    } catch (error) {
      this.report(error);
      this.#answer(asked, { kind: 'unknown', detail: 'the log could not answer' });
    }
    this.#unanswered -= 1;
    this.#endWhenAnswered();
  }

  #answer(asked: Asked, outcome: WriteOutcome): void {
    if (this.#gone) return;
    const answer = outcome.kind === 'written' ? batchSuccess(asked, outcome) : batchFailure(asked, outcome);
    if (this.call.write(answer)) return;
    this.#unsent = true;
    this.call.pause();
  }

  #readOn(): void {
    if (!this.#unsent && !this.#isFull() && this.call.isPaused()) this.call.resume();
  }

  #isFull(): boolean {
    return this.#inFlight >= this.limits.inFlightMax || this.#inFlightBytes >= IN_FLIGHT_BYTES_MAX;
  }

  #endWhenAnswered(): void {
    if (this.#halfClosed && this.#unanswered === 0 && !this.#gone) {
      this.#gone = true;
      this.call.end();
    }
  }
}

const refusalOf = (isExpectationMissing: boolean): Refused =>
  isExpectationMissing
    ? badRequest('nothing is expected of the stream')
    : { kind: 'unknown', detail: 'its deadline was over when it came' };
