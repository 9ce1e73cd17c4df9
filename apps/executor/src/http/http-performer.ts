import type { ActionRegistered, ErrorCause, JsonValue, TenantName } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import type { ActionContext } from '@do-sdk/actions';
import { NOT_CALLED } from '../execution/call-fence.js';
import type { Elsewhere, Performer } from '../execution/performer.js';
import type { Attempt } from '../execution/run-attempt.js';
import { pause } from '../ports.js';
import { resultCheck } from '../registry/schema-checks.js';
import { failedSaying, LATE_MS_MAX, NO_HANDLER, notSent } from '../remote/outcomes.js';
import type { CheckResult } from '../remote/read-reply.js';
import type { Said } from '../remote/worker-link.js';
import { WorkerPresence } from '../remote/worker-presence.js';
import { type HttpMeans, HttpService } from './http-service.js';
import { AnswerLost, NotSent } from './not-sent.js';
import { readAnswer, readProbed, readUndone } from './read-answer.js';

/** Between two tries to ask a probe. */
const PROBE_AGAIN_MS = 1_000;
/** Signs of life that come faster are one. */
const BEAT_MS = 100;

/**
 * Has the attempts of one version of a tenant's action performed by an HTTP service.
 *
 *  H1 what was not sent did nothing, and takes up no attempt, as where no worker is there; whatever may have been sent,
 *     and got no answer that can be read, is unknown. To connect may take long: so half of the attempt's time is kept for
 *     the service, and what is not sent by then is not sent; and the log is asked once more whether the attempt is still to
 *     be made, right before it is sent. Cut short by that half, a try says that the service is away only where it had the
 *     time in which one is to be seen;
 *  H2 given up or cancelled, an attempt's connection stays open: to close it is the only way to tell the service, and then
 *     nobody would learn what the attempt came to. It ends a minute behind the execution's deadline, and for a bounded
 *     number of attempts; after that nobody will ever say;
 *  H3 an attempt of another executor, which is gone, is known to nobody here: its connection ended with it. So the effects
 *     class decides, as with what ran in that executor itself;
 *  H4 for the same reason nothing is said of an attempt that this executor's end cuts off.
 */
export class HttpPerformer implements Performer, Elsewhere {
  readonly elsewhere: Elsewhere = this;
  private readonly service: HttpService;
  private readonly presence: WorkerPresence;
  private readonly checkResult: CheckResult;

  constructor(
    private readonly means: HttpMeans,
    private readonly tenant: TenantName,
    private readonly registered: ActionRegistered,
  ) {
    this.service = new HttpService(means, tenant, registered);
    this.checkResult = resultCheck(registered.contract.resultJsonSchema, 'other');
    this.presence = new WorkerPresence(() => this.reach(), means.clock);
  }

  isThere(): Promise<boolean> {
    return this.presence.isThere();
  }

  whyAbsent(): ErrorCause | null {
    return this.presence.whyAbsent();
  }

  async run(attempt: Attempt, context: ActionContext): Promise<AttemptOutcome | null> {
    const { clock, late, connections } = this.means;
    const { signal } = context;
    const letGo = new AbortController();
    let callOff = (): void => {};
    let forget = (): void => {};
    const waitOn = (): void => {
      const leftMs = attempt.request.deadlineAtMs + LATE_MS_MAX - clock.nowMs();
      callOff = clock.after(Math.max(0, leftMs), () => letGo.abort());
      forget = late.enter(this.tenant, () => letGo.abort());
    };
    signal.addEventListener('abort', waitOn, { once: true });
    try {
      const beat = this.beats(context);
      const listening = { unwanted: signal, letGo: letGo.signal, beat };
      const answer = await this.service.ask('run', attempt, attempt.request.params, context, listening);
      this.presence.notePresent();
      return readAnswer(answer, this.checkResult, clock.nowMs());
    } catch (error) {
      // H4
      if (connections.isClosed) return await new Promise<never>(() => {});
      return letGo.signal.aborted ? null : this.endOf(error, context);
    } finally {
      signal.removeEventListener('abort', waitOn);
      callOff();
      forget();
    }
  }

  async undo(attempt: Attempt, result: JsonValue, context: ActionContext): Promise<AttemptOutcome | null> {
    const { signal } = context;
    const body = { params: attempt.request.params, result };
    try {
      const listening = { unwanted: signal, letGo: signal, beat: this.beats(context) };
      const answer = await this.service.ask('undo', attempt, body, context, listening);
      this.presence.notePresent();
      return readUndone(answer, this.means.clock.nowMs());
    } catch (error) {
      return signal.aborted ? null : this.endOf(error, context);
    }
  }

  /** Where the service is not there to be asked, goes on until it is: one that died comes back, mostly. */
  async probe(attempt: Attempt, context: ActionContext): Promise<ProbeAnswer> {
    const { signal } = context;
    const listening = { unwanted: signal, letGo: signal, beat: () => {} };
    while (!signal.aborted) {
      try {
        const answer = await this.service.ask('probe', attempt, attempt.request.params, context, listening);
        const said = readProbed(answer, this.checkResult);
        if (said !== null) return said;
      } catch (error) {
        if (!(error instanceof NotSent || error instanceof AnswerLost)) this.complain(error, context);
      }
      await pause(this.means.clock, PROBE_AGAIN_MS, signal);
    }
    return { state: 'unknown' };
  }

  /** H3 */
  isKnown(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** H3 */
  overhear(): Promise<null> {
    return Promise.resolve(null);
  }

  /** H3 */
  adopt(): Promise<null> {
    return Promise.resolve(null);
  }

  /** H2 */
  cancel(): void {}

  /** H1 */
  private endOf(error: unknown, context: ActionContext): AttemptOutcome {
    const { executionId, attempt } = context;
    const fields = { err: error, executionId, attempt, action: this.registered.contract.name };
    if (error instanceof NotSent) {
      this.means.logger.warn(fields, 'an HTTP service was not asked');
      if (error.code === 'HTTP_UNWANTED') return NOT_CALLED;
      // Another try would write the same.
      if (error.code === 'HTTP_REQUEST')
        return { ...failedSaying(causeOf(error)), effect: 'none', retryable: false };
      if (error.code === 'HTTP_LATE') this.presence.doubt();
      if (error.code === 'HTTP_LATE' || isBusy(error)) return notSent('RATE_LIMITED', error.message);
      // Where the attempt ended before, nobody knows whether it would have been answered.
      if (!context.signal.aborted) this.presence.noteAbsent(causeOf(error));
      return notSent('NO_HANDLER', NO_HANDLER.error.message, causeOf(error));
    }
    if (!(error instanceof AnswerLost)) {
      this.complain(error, context);
      return failedSaying({ code: 'UNREADABLE', message: 'the answer of the service could not be read' });
    }
    this.means.logger.warn(fields, 'the answer of an HTTP service was lost');
    return failedSaying(causeOf(error));
  }

  private complain(error: unknown, { executionId, attempt }: ActionContext): void {
    this.means.logger.error({ err: error, executionId, attempt }, 'an HTTP service could not be asked');
  }

  private async reach(): Promise<Said> {
    try {
      await this.service.reach();
      return { kind: 'here' };
    } catch (error) {
      if (isBusy(error)) return { kind: 'here' };
      const { name, version } = this.registered.contract;
      this.means.logger.warn({ err: error, action: name, version }, 'an HTTP service is not there');
      return { kind: 'nobody', ...(error instanceof NotSent && { cause: causeOf(error) }) };
    }
  }

  private beats({ heartbeat }: ActionContext): () => void {
    let lastMs = Number.NEGATIVE_INFINITY;
    return () => {
      const nowMs = this.means.clock.nowMs();
      if (nowMs - lastMs < BEAT_MS) return;
      lastMs = nowMs;
      heartbeat();
    };
  }
}

const causeOf = ({ code, message }: NotSent | AnswerLost): ErrorCause => ({ code, message });

/** The service may well be there: it is us who have no room. */
const isBusy = (error: unknown): boolean => error instanceof NotSent && error.code === 'HTTP_BUSY';
