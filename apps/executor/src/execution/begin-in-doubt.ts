import { StreamConflict } from '@action-do/event-store';
import type { Admission } from './admission.js';
import type { ExecutionDriver } from './execution-driver.js';
import type { AppendInDoubt } from './execution-log.js';
import type { Slot } from './slots.js';

/**
 * Row 16: what began an execution may stand in the log, and then nobody but us would do the work. The caller waits no
 * longer. Never rejects: what nobody can find out here is left to whoever takes it over.
 */
export async function beginInDoubt(
  driver: ExecutionDriver,
  doubt: AppendInDoubt,
  admission: Admission,
  slot: Slot | null,
): Promise<void> {
  try {
    await driver.drive(await doubt.goOn(), admission, slot);
  } catch (error) {
    slot?.release();
    if (error instanceof StreamConflict) admission.leave();
    else admission.abandon();
  }
}
