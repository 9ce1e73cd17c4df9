import { executionId, executorSubjects } from '@action-do/contracts';
import { isOpen } from '@action-do/domain';
import type { Bus } from '@action-do/messaging';
import type { Log } from '../ports.js';
import type { Loaded } from './execution-log.js';

const NOTHING = new Uint8Array(0);

/**
 * Executors that share a log tell each other of outcomes, for a caller may wait at one for what another does. Best
 * effort, and only a hint to look: whoever waits looks into the stream once a second besides. One subscription for each
 * caller that waits for what is not done here; `OutcomeAwaiter` bounds those.
 */
export class SettledNews {
  constructor(
    private readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    private readonly logger: Log,
  ) {}

  /** Nothing is told of an execution that goes on. Never throws. */
  tell(loaded: Loaded): void {
    if (loaded.state.generation === null || isOpen(loaded.state.generation)) return;
    try {
      this.bus.publish(subjectOf(loaded), NOTHING);
    } catch (error) {
      this.logger.debug({ err: error }, 'an outcome could not be told to other executors');
    }
  }

  /**
   * Calls `wake` when somebody tells of the execution as it is in `loaded`, until the returned function is called.
   * @returns null where the bus takes no listener, as one that was closed: then looking has to do. Never throws
   */
  listen(loaded: Loaded, wake: () => void): (() => void) | null {
    try {
      const subscription = this.bus.subscribe(subjectOf(loaded), wake);
      return () => subscription.unsubscribe();
    } catch (error) {
      this.logger.debug({ err: error }, 'outcomes of other executors cannot be heard');
      return null;
    }
  }
}

function subjectOf({ tenant, scope, state }: Loaded): string {
  if (state.generation === null) throw new TypeError('nothing was ever requested of this execution');
  return executorSubjects.settled(tenant, executionId(scope, state.generation.request.generation));
}
