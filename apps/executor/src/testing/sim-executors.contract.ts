import { type ControlVerb, type Execution, HEADERS, type TenantName } from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import { InProcessBus } from '@action-do/messaging';
import type { BusAnswer } from '@action-do/messaging/nest';
import type { SimWorld } from '@action-do/test-support';
import { answerCancel, answerResolve, answerRetry, answerUndo } from '../control/control-answers.js';
import type { ResolveCommand } from '../control/resolve-execution.js';
import { encodeAnswer } from '../execution/encode-answer.js';
import type { ExecuteCommand } from '../execution/execute-command.js';
import { Executor, type ExecutorParts } from '../executor.js';
import { MasterKey } from '../tenant/master-key.js';
import { Outside, simActions } from './sim-actions.contract.js';

export const TENANT = 'default' as TenantName;
export const masterKey = MasterKey.fromHex('ab'.repeat(32));
export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What a caller got; `body` is the text of the answer. */
export interface Reply {
  readonly caller: string;
  readonly executor: string;
  readonly body: string;
  readonly json: ReplyBody;
  /** Idempotency-Status. */
  readonly how: string;
  readonly retryAfterMs: string | undefined;
  readonly code: string | undefined;
  readonly executionId: string | undefined;
}

/** What is looked at of an answer's body. */
export interface ReplyBody {
  readonly result?: unknown;
  readonly execution?: Partial<Execution>;
  readonly detail?: string;
  readonly effect?: string;
  readonly newKeySafe?: boolean;
  readonly retryable?: boolean;
  readonly issues?: readonly { path: string; code: string; message: string }[];
  readonly cause?: { code: string; message: string; details?: unknown };
}

export type Asked = Partial<ExecuteCommand> & Pick<ExecuteCommand, 'action'>;

export type Ordered = Partial<ResolveCommand> & Pick<ResolveCommand, 'id'>;

export function command(given: Asked, requestId: string): ExecuteCommand {
  const requester = { actorType: 'api_key', actorId: 'k1', credentialId: 'k1', channel: 'http' };
  return {
    tenant: TENANT,
    version: undefined,
    params: { id: 'x' },
    metadata: undefined,
    key: undefined,
    requestId,
    firstSentAtMs: undefined,
    waitMs: 60_000,
    requester,
    ...given,
  };
}

/** Executors over the one log of a simulated world, and all that they answered. */
export class SimExecutors {
  readonly outside = new Outside();
  readonly replies: Reply[] = [];
  /** Callers whose executor lives and has not answered. */
  readonly waiting = new Map<string, string>();
  readonly troubles: unknown[] = [];
  private readonly executors = new Map<string, Executor>();
  private callers = 0;

  constructor(readonly world: SimWorld) {}

  /** Starts a process, its tenant's pepper opened, so that the next step is the test's. */
  async start(name: string, parts: Partial<ExecutorParts> = {}): Promise<Executor> {
    const { world } = this;
    const executor = new Executor({
      ...world.process(name),
      bus: new InProcessBus(),
      masterKey,
      actions: simActions(world, this.outside, name),
      logger: silent,
      name,
      slots: 8,
      queue: 8,
      ...parts,
    });
    let opened = false;
    const opening = executor.tenants.digestOf(TENANT).then(() => {
      opened = true;
    });
    // Only this process's own steps: what else waits is the test's to release.
    await world.calm();
    while (!opened) {
      const step = world.steps.find(({ owner }) => owner === name);
      if (step) await world.release(step);
      else await world.calm();
    }
    await opening;
    this.executors.set(name, executor);
    return executor;
  }

  /** Asks without waiting for the answer, which comes into `replies`. */
  async ask(name: string, given: Asked): Promise<string> {
    const executor = this.executor(name);
    return this.call(name, given.requestId, async (requestId) =>
      encodeAnswer(
        await executor.executeAction.execute(command(given, requestId)),
        this.world.log.logId,
        this.world.nowMs,
      ),
    );
  }

  /** Says an operator's word without waiting for the answer. */
  order(name: string, verb: ControlVerb, given: Ordered): Promise<string> {
    const executor = this.executor(name);
    return this.call(name, given.requestId, (requestId) => {
      const requester = { actorType: 'api_key', actorId: 'op', credentialId: 'op', channel: 'http' };
      const word = { tenant: TENANT, reason: 'because', waitMs: 60_000, requester, ...given, requestId };
      switch (verb) {
        case 'cancel':
          return answerCancel(executor, word);
        case 'retry':
          return answerRetry(executor, word);
        case 'undo':
          return answerUndo(executor, word);
        case 'resolve': {
          const { outcome = { result: null }, evidence } = given;
          return answerResolve(executor, { ...word, outcome, evidence });
        }
      }
    });
  }

  /** The same, and lets everything happen until the answer is there. */
  async ordered(name: string, verb: ControlVerb, given: Ordered): Promise<Reply> {
    return this.replyTo(await this.order(name, verb, given));
  }

  private async call(
    name: string,
    givenId: string | undefined,
    answer: (requestId: string) => Promise<BusAnswer>,
  ): Promise<string> {
    const caller = `caller ${++this.callers}`;
    const requestId = givenId ?? `00000000-0000-7000-9000-${String(this.callers).padStart(12, '0')}`;
    this.waiting.set(caller, name);
    const note = (body: string, headers: Readonly<Record<string, string>>): void => {
      this.waiting.delete(caller);
      const [how = '', code] = [headers[HEADERS.idempotencyStatus], headers[HEADERS.errorCode]];
      const executionId = headers[HEADERS.executionId];
      const retryAfterMs = headers[HEADERS.retryAfterMs];
      const json: ReplyBody = body === '' ? {} : JSON.parse(body);
      this.replies.push({ caller, executor: name, body, json, how, code, executionId, retryAfterMs });
    };
    answer(requestId).then(
      ({ payload, headers }) => note(new TextDecoder().decode(payload), headers ?? {}),
      (error: unknown) => {
        this.troubles.push(error);
        note('', { [HEADERS.errorCode]: error instanceof Error ? error.name : 'thrown' });
      },
    );
    await this.world.calm();
    return caller;
  }

  /** Asks, and lets everything happen until the answer is there. */
  async answer(name: string, given: Asked): Promise<Reply> {
    const caller = await this.ask(name, given);
    return this.replyTo(caller);
  }

  /** Lets everything happen until this caller has its answer. */
  async replyTo(caller: string): Promise<Reply> {
    await this.world.run(() => !this.waiting.has(caller));
    const reply = this.replies.find((candidate) => candidate.caller === caller);
    if (reply === undefined) throw new Error(`${caller} got no answer`);
    return reply;
  }

  /** Types of what is recorded of the only execution that there is. */
  async recorded(): Promise<string[]> {
    const streams = [...(await this.streams()).values()];
    if (streams.length > 1) throw new Error(`there are ${streams.length} streams`);
    return (streams[0] ?? []).map(({ type }) => type);
  }

  /** Ends a process; its callers are gone with it. */
  crash(name: string, landing = false): void {
    this.world.crash(name, landing);
    for (const [caller, at] of this.waiting) if (at === name) this.waiting.delete(caller);
  }

  async recover(name: string, streams: readonly string[]): Promise<void> {
    this.executor(name)
      .recoverExecutions.recover(streams)
      .catch((error: unknown) => this.troubles.push(error));
    await this.world.calm();
  }

  executor(name: string): Executor {
    const executor = this.executors.get(name);
    if (executor === undefined) throw new Error(`no executor ${name}`);
    return executor;
  }

  live(): Executor[] {
    return [...this.executors].filter(([name]) => !this.world.isDead(name)).map(([, executor]) => executor);
  }

  /** All executions' events, by stream. */
  async streams(): Promise<Map<string, RecordedEvent[]>> {
    const streams = new Map<string, RecordedEvent[]>();
    for await (const event of this.world.log.readAll({ streamPrefixes: ['action-'] })) {
      const events = streams.get(event.streamId);
      if (events) events.push(event);
      else streams.set(event.streamId, [event]);
    }
    return streams;
  }
}
