import type { ActionEvent } from '@action-do/contracts';
import { executionId, parseActionStream } from '@action-do/contracts';
import { ABSENT, type ExecutionState, evolveExecution, isOpen } from '@action-do/domain';
import type { Bus } from '@action-do/messaging';
import { RecoveryHints } from '@action-do/projector';
import type { SimWorld, ViewRow } from '@action-do/test-support';

const EVERY_MS = 1_000;

/**
 * Follows the log as a projector does: keeps a row for each execution, and tells executors of those that seem due. Its
 * rows are a fold in memory instead of a database; what it tells, and when, is the product's.
 */
export class SimProjector {
  private readonly states = new Map<string, ExecutionState>();
  private readonly rows = new Map<string, ViewRow>();
  private readonly hints: RecoveryHints;
  private position = 0n;
  private busy = false;

  constructor(
    private readonly world: SimWorld,
    private readonly name: string,
    bus: Bus,
  ) {
    this.hints = new RecoveryHints(bus, world.process(name).clock);
    this.arm();
  }

  /** What has become of each execution, as far as it has followed. */
  view(): ViewRow[] {
    return [...this.rows.values()];
  }

  /** Folds what is new. */
  async follow(): Promise<void> {
    const { log } = this.world;
    for await (const event of log.readAll({ after: this.position, streamPrefixes: ['action-'] })) {
      this.position = event.position;
      const state = evolveExecution(this.states.get(event.streamId) ?? ABSENT, {
        type: event.type,
        data: event.data,
      } as ActionEvent);
      this.states.set(event.streamId, state);
      const scope = parseActionStream(event.streamId)?.scope;
      if (scope === undefined || state.generation === null) continue;
      const { request, status, attempt: attempts, effect } = state.generation;
      const id = executionId(scope, request.generation);
      this.rows.set(id, { executionId: id, status, attempts, effect });
    }
  }

  private arm(): void {
    this.world.process(this.name).clock.after(EVERY_MS, () => {
      this.arm();
      if (!this.busy) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.busy = true;
    const fault = await this.world.step(this.name, 'read', 'what is new in the log');
    if (fault === undefined) await this.follow();
    await this.hints.tell({ due: async (nowMs) => this.due(nowMs) });
    this.busy = false;
  }

  private due(nowMs: number) {
    return [...this.states].flatMap(([stream, { generation }]) => {
      if (generation === null || !isOpen(generation)) return [];
      const dueAtMs = generation.nextAttemptAtMs ?? generation.attemptStartedAtMs ?? generation.request.atMs;
      const execution = executionId(parseActionStream(stream)?.scope ?? ('' as never), 1);
      return dueAtMs <= nowMs ? [{ executionId: execution, stream, dueAtMs }] : [];
    });
  }
}
