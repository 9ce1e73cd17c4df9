import type { ActionRegistered, Handlers, JsonValue, TenantName } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import { type Bus, BusClosed, type StopSignal } from '@action-do/messaging';
import type { ActionContext } from '@do-sdk/actions';
import type { Elsewhere, GiveUp, Performer } from '../execution/performer.js';
import type { Attempt } from '../execution/run-attempt.js';
import { type Clock, type Log, pause } from '../ports.js';
import { resultCheck } from '../registry/schema-checks.js';
import { definiteWord, patience, patienceAtTakeover } from './definite-word.js';
import type { Heartbeats } from './heartbeats.js';
import type { LateAnswers } from './late-answers.js';
import { counted } from './outcomes.js';
import { overhear } from './overhear.js';
import { type CheckResult, readProbe } from './read-reply.js';
import { RemoteAttempt } from './remote-attempt.js';
import { remoteUndo } from './remote-undo.js';
import { executionOf, type Said, WorkerLink } from './worker-link.js';
import { WorkerPresence } from './worker-presence.js';

/** What all performers on the bus of one executor share. */
export interface RemoteMeans {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Log;
  readonly heartbeats: Heartbeats;
  readonly late: LateAnswers;
  /** How often the workers are asked about an attempt, and so how soon a dead one is found out. */
  readonly leaseMs: number;
}

/** Has the attempts of one version of a tenant's action performed by workers on the bus. */
export class RemotePerformer implements Performer, Elsewhere {
  readonly elsewhere: Elsewhere = this;
  readonly clock: Clock;
  readonly logger: Log;
  readonly heartbeats: Heartbeats;
  readonly late: LateAnswers;
  readonly leaseMs: number;
  readonly link: WorkerLink;
  readonly presence: WorkerPresence;
  /** Whether it follows from nobody's answering `ask` that nobody is there. */
  readonly answersAsk: boolean;
  readonly checkResult: CheckResult;

  constructor(
    { bus, clock, logger, heartbeats, late, leaseMs }: RemoteMeans,
    readonly tenant: TenantName,
    { contract, answersAsk = true }: ActionRegistered,
  ) {
    this.clock = clock;
    this.logger = logger;
    this.heartbeats = heartbeats;
    this.late = late;
    this.leaseMs = leaseMs;
    this.checkResult = resultCheck(contract.resultJsonSchema, 'other');
    this.link = new WorkerLink(bus, clock, logger, tenant, contract.name, contract.version);
    const ping = (): Promise<Said> => this.link.ask({}, patience(leaseMs).askMs, this.checkResult);
    this.answersAsk = answersAsk;
    this.presence = new WorkerPresence(ping, clock, answersAsk);
  }

  isThere(): Promise<boolean> {
    return this.presence.isThere();
  }

  look(): Promise<Handlers> {
    return this.presence.look();
  }

  run(
    attempt: Attempt,
    context: ActionContext,
    giveUp: GiveUp,
    stop: StopSignal,
  ): Promise<AttemptOutcome | null> {
    return new RemoteAttempt(this, attempt, context, giveUp, stop).run();
  }

  adopt(
    attempt: Attempt,
    context: ActionContext,
    giveUp: GiveUp,
    stop: StopSignal,
  ): Promise<AttemptOutcome | null> {
    return new RemoteAttempt(this, attempt, context, giveUp, stop).adopt();
  }

  /** Goes on asking while the bus is in trouble, but no longer than the execution may take. */
  async isKnown(attempt: Attempt, executorLived: 'till-now' | 'a-lease-ago'): Promise<boolean> {
    const overdue = new AbortController();
    const leftMs = attempt.request.deadlineAtMs - this.clock.nowMs();
    const callOff = this.clock.after(Math.max(this.leaseMs, leftMs), () => overdue.abort());
    const ask = (timeoutMs: number): Promise<Said> => this.ask(attempt, timeoutMs);
    const patient = executorLived === 'till-now' ? patience : patienceAtTakeover;
    const word = await definiteWord(ask, patient(this.leaseMs), this.clock, overdue.signal);
    callOff();
    return word.kind === 'running' || word.kind === 'ended';
  }

  overhear(attempt: Attempt): Promise<AttemptOutcome | null> {
    return overhear(this, attempt);
  }

  /** Where nobody is there to be asked, goes on until somebody is: a worker that died comes back, mostly. */
  async probe(attempt: Attempt, context: ActionContext): Promise<ProbeAnswer> {
    const { signal } = context;
    while (!signal.aborted) {
      try {
        const { attemptTimeoutMs } = attempt.request.policy;
        const reply = await this.link.probe(attempt, context, attemptTimeoutMs, signal);
        return readProbe(reply, this.checkResult);
      } catch (error) {
        if (error instanceof BusClosed) break;
        await pause(this.clock, this.leaseMs, signal);
      }
    }
    return { state: 'unknown' };
  }

  undo(attempt: Attempt, result: JsonValue, context: ActionContext): Promise<AttemptOutcome | null> {
    return remoteUndo(this, attempt, result, context);
  }

  cancel(attempt: Attempt): void {
    this.link.abort(attempt, { cancelled: true });
  }

  /** One question about an attempt. Never rejects. */
  readonly ask = async (attempt: Attempt, timeoutMs: number): Promise<Said> => {
    const question = { executionId: executionOf(attempt), attempt: attempt.attempt };
    const said = await this.link.ask(question, timeoutMs, this.checkResult);
    return said.kind === 'ended' ? { ...said, outcome: this.heard(said.outcome) } : said;
  };

  /** Only who answers questions is known to tell an attempt that it has not begun from one that failed. */
  heard(outcome: AttemptOutcome): AttemptOutcome {
    return this.answersAsk ? outcome : counted(outcome);
  }
}
