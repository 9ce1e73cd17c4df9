import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@action-do/event-store';

/** About the size of an event of the platform. */
export const someEvent = (): NewEvent => ({
  id: randomUUID(),
  type: 'ActionRequested',
  data: {
    action: 'bench-note',
    note: 'a note of some length, as notes are',
    params: { id: randomUUID(), amountCents: 4_200 },
  },
  metadata: { tenant: 'default', recordVersion: '1', schemaVersion: '1', executor: 'bench' },
});
