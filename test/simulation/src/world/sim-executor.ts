import { EXECUTOR_QUEUE, subjectPatterns, systemSubjects } from '@action-do/contracts';
import {
  ControlController,
  ExecutionsController,
  Executor,
  errorAnswer,
  RecoveryController,
} from '@action-do/executor';
import { type Bus, type BusSubscription, wildcardTokens } from '@action-do/messaging';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import type { SimWorld } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import { masterKey } from './write-tenant.js';

export interface SimExecutorParts {
  readonly slots: number;
  readonly queue: number;
  readonly actions: readonly ActionDefinition[];
  readonly isAlone: boolean;
}

/** Three times the default, so that fewer beats are between two things that happen. */
export const LEASE_MS = 6_000;

const RECOVER_AGAIN_MS = 500;

type Handle = (payload: Uint8Array, context: BusContext) => Promise<BusAnswer>;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An executor with its controllers on the simulated bus: what Nest does around them is left out, and nothing else. */
export class SimExecutor {
  readonly executor: Executor;
  /** Errors of ours that it logged. */
  readonly complaints: string[] = [];
  private readonly subscriptions: BusSubscription[] = [];

  constructor(
    world: SimWorld,
    readonly name: string,
    bus: Bus,
    { isAlone, ...parts }: SimExecutorParts,
  ) {
    const logger = { ...silent, error: (fields: object, message: string) => this.complain(fields, message) };
    this.executor = new Executor({
      ...world.process(name),
      ...parts,
      bus,
      masterKey,
      logger,
      name,
      leaseMs: LEASE_MS,
      sharesLog: !isAlone,
    });
    void this.executor.start();
    if (isAlone) void this.recover(openIn(world));
    const executions = new ExecutionsController(this.executor);
    const control = new ControlController(this.executor);
    const recovery = new RecoveryController(this.executor);
    const errors = errorAnswer(this.executor.logger);
    const serve = (pattern: string, handle: Handle): void => {
      const subscription = bus.subscribe(
        pattern,
        async (message) => {
          const context = new BusContext([message, wildcardTokens(pattern, message.subject) ?? []]);
          const answer = await handle(message.payload, context).catch(errors);
          if (message.wantsReply) message.respond(answer.payload, answer.headers);
        },
        { queue: EXECUTOR_QUEUE },
      );
      this.subscriptions.push(subscription);
    };
    serve(subjectPatterns.execute, (payload, context) => executions.execute(payload, context));
    serve(subjectPatterns.executionAttach, (payload, context) => executions.attach(payload, context));
    serve(subjectPatterns.executionCancel, (payload, context) => control.cancel(payload, context));
    serve(subjectPatterns.executionRetry, (payload, context) => control.retry(payload, context));
    serve(subjectPatterns.executionResolve, (payload, context) => control.resolve(payload, context));
    serve(subjectPatterns.executionUndo, (payload, context) => control.undo(payload, context));
    serve(systemSubjects.recover, (payload) => recovery.recover(payload));
  }

  /** SIGTERM: takes nothing new, and lets what runs come to its end for so long. Resolves when the process may end. */
  async stop(drainMs: number): Promise<void> {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    await this.executor.stop(drainMs);
  }

  /** As long as the log cannot be read, it is tried again: a start that fails is followed by another one. */
  private async recover(streams: readonly string[]): Promise<void> {
    const { clock, recoverExecutions } = this.executor;
    const again = (): void => void clock.after(RECOVER_AGAIN_MS, () => void this.recover(streams));
    await recoverExecutions.recover(streams).catch(again);
  }

  private complain(fields: object, message: string): void {
    const why: unknown = 'err' in fields ? fields.err : '';
    this.complaints.push(`${this.name}: ${message}: ${why instanceof Error ? why.message : String(why)}`);
  }
}

const ENDS = ['ActionSucceeded', 'ActionFailed', 'ActionUndone'];

/** Streams that hold something to go on with. */
function openIn({ written }: SimWorld): string[] {
  const open = new Set<string>();
  for (const { type, streamId } of written)
    if (type === 'ActionRequested' || type === 'ActionUndoRequested') open.add(streamId);
    else if (ENDS.includes(type)) open.delete(streamId);
  return [...open];
}
