import type { ActionEvent } from '@action-do/contracts';
import { ACTION_STREAM_PREFIX, executionId, parseActionStream } from '@action-do/contracts';
import {
  ABSENT,
  CorruptHistory,
  type ExecutionState,
  evolveExecution,
  isBeingUndone,
  isOpen,
} from '@action-do/domain';
import type { Bus } from '@action-do/messaging';
import { RecoveryHints } from '@action-do/projector';
import { Peers } from '@action-do/service-kit';
import type { SimWorld, ViewRow } from '@action-do/test-support';
import { LEASE_MS } from './sim-executor.js';

const EVERY_MS = 1_000;
/** Behind the end of an attempt's timeout: whoever runs it is about to record that by itself. */
const GRACE_MS = 1_000;

/**
 * Follows the log as a projector does: keeps a row for each execution, and tells executors of those that seem due. Its
 * rows are a fold in memory instead of a database; what it tells, and when, is the product's.
 */
export class SimProjector {
  private readonly states = new Map<string, ExecutionState>();
  private readonly rows = new Map<string, ViewRow>();
  private readonly hints: RecoveryHints;
  private readonly peers: Peers;
  private followed = 0;
  private busy = false;

  constructor(
    private readonly world: SimWorld,
    private readonly name: string,
    bus: Bus,
  ) {
    const { clock } = world.process(name);
    this.hints = new RecoveryHints(bus, clock);
    this.peers = new Peers({ bus, clock, leaseMs: LEASE_MS });
    this.peers.start();
    this.arm();
  }

  /** What has become of each execution, as far as it has followed. */
  view(): ViewRow[] {
    return [...this.rows.values()];
  }

  /** Whether anything is left to be done. */
  get isOpen(): boolean {
    return [...this.states.values()].some(
      ({ generation }) => generation !== null && (isOpen(generation) || isBeingUndone(generation)),
    );
  }

  /** What waits for somebody who knows: its newest attempt, and who began that. */
  parked(): { readonly executionId: string; readonly attempt: number; readonly executor: string | null }[] {
    return [...this.states].flatMap(([stream, { generation }]) => {
      const scope = parseActionStream(stream)?.scope;
      if (scope === undefined || generation?.status !== 'unknown') return [];
      const { request, attempt, executor } = generation;
      return [{ executionId: executionId(scope, request.generation), attempt, executor }];
    });
  }

  /** Folds what is new. */
  follow(): void {
    const { written } = this.world;
    for (; this.followed < written.length; this.followed++) {
      const event = written[this.followed];
      if (event === undefined || !event.streamId.startsWith(ACTION_STREAM_PREFIX)) continue;
      const state = this.evolve(event.streamId, { type: event.type, data: event.data } as ActionEvent);
      if (state === null) continue;
      this.states.set(event.streamId, state);
      const scope = parseActionStream(event.streamId)?.scope;
      if (scope === undefined || state.generation === null) continue;
      const { request, status, attempt: attempts, effect } = state.generation;
      const id = executionId(scope, request.generation);
      this.rows.set(id, { executionId: id, status, attempts, effect });
    }
  }

  /** Null for what does not fit: a projector passes it over, and the checker will name it. */
  private evolve(stream: string, event: ActionEvent): ExecutionState | null {
    try {
      return evolveExecution(this.states.get(stream) ?? ABSENT, event);
    } catch (error) {
      if (error instanceof CorruptHistory) return null;
      throw error;
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
    if (fault === undefined) this.follow();
    await this.hints.tell({ due: async (nowMs) => this.open().filter(({ dueAtMs }) => dueAtMs <= nowMs) });
    const living = this.peers.living();
    const heldByOthers = async (executors: readonly string[]) =>
      this.open().filter(({ executor }) => executor !== null && !executors.includes(executor));
    if (living !== null) await this.hints.tellOfOrphans({ heldByOthers }, living);
    this.busy = false;
  }

  /** What a projector keeps of open executions. */
  private open() {
    return [...this.states].flatMap(([stream, { generation }]) => {
      const scope = parseActionStream(stream)?.scope;
      if (scope === undefined || generation === null) return [];
      if (!isOpen(generation) && !isBeingUndone(generation)) return [];
      const { request, status, nextAttemptAtMs, attemptStartedAtMs, undo } = generation;
      const attempt = undo ?? { status, nextAttemptAtMs, attemptStartedAtMs, executor: generation.executor };
      const isRunning = attempt.status === 'running';
      const dueAtMs = isRunning
        ? (attempt.attemptStartedAtMs ?? request.atMs) + request.policy.attemptTimeoutMs + GRACE_MS
        : (attempt.nextAttemptAtMs ?? request.atMs);
      const id = executionId(scope, request.generation);
      return [{ executionId: id, stream, dueAtMs, executor: isRunning ? attempt.executor : null }];
    });
  }
}
