import { EXECUTOR_QUEUE, subjectPatterns, systemSubjects } from '@action-do/contracts';
import { ExecutionsController, Executor, errorAnswer, RecoveryController } from '@action-do/executor';
import { type Bus, wildcardTokens } from '@action-do/messaging';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import type { SimWorld } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import { masterKey } from './write-tenant.js';

export interface SimExecutorParts {
  readonly slots: number;
  readonly queue: number;
  readonly actions: readonly ActionDefinition[];
}

/** Three times the default, so that fewer beats are between two things that happen. */
export const LEASE_MS = 6_000;

type Handle = (payload: Uint8Array, context: BusContext) => Promise<BusAnswer>;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An executor with its controllers on the simulated bus: what Nest does around them is left out, and nothing else. */
export class SimExecutor {
  readonly executor: Executor;
  /** Errors of ours that it logged. */
  readonly complaints: string[] = [];

  constructor(
    world: SimWorld,
    readonly name: string,
    bus: Bus,
    parts: SimExecutorParts,
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
      sharesLog: true,
    });
    void this.executor.start();
    const executions = new ExecutionsController(this.executor);
    const recovery = new RecoveryController(this.executor);
    const errors = errorAnswer(this.executor.logger);
    const serve = (pattern: string, handle: Handle): void => {
      bus.subscribe(
        pattern,
        async (message) => {
          const context = new BusContext([message, wildcardTokens(pattern, message.subject) ?? []]);
          const answer = await handle(message.payload, context).catch(errors);
          if (message.wantsReply) message.respond(answer.payload, answer.headers);
        },
        { queue: EXECUTOR_QUEUE },
      );
    };
    serve(subjectPatterns.execute, (payload, context) => executions.execute(payload, context));
    serve(subjectPatterns.executionAttach, (payload, context) => executions.attach(payload, context));
    serve(systemSubjects.recover, (payload) => recovery.recover(payload));
  }

  private complain(fields: object, message: string): void {
    const why: unknown = 'err' in fields ? fields.err : '';
    this.complaints.push(`${this.name}: ${message}: ${why instanceof Error ? why.message : String(why)}`);
  }
}
