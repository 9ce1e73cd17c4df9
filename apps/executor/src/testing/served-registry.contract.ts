import { CatalogueAction, clientSubjects } from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import type { Answer, ServedExecutor } from './served-executor.contract.js';
import { TENANT } from './sim-executors.contract.js';

/** All that a document has to say. */
export const PLAIN = {
  name: 'pay',
  effects: 'idempotent',
  params: { type: 'object', properties: { id: { type: 'string' } } },
  result: {},
};

/** What a client says of the registry of an executor on a bus, and what was recorded of it. */
export const registryOf = (served: ServedExecutor) => ({
  register: (document: object): Promise<Answer> => served.ask(clientSubjects.register(TENANT), { document }),
  retire: (given: object = {}): Promise<Answer> =>
    served.ask(clientSubjects.retire(TENANT), { name: 'pay', version: 1, reason: 'too old', ...given }),
  describe: async (name = 'pay'): Promise<CatalogueAction> =>
    CatalogueAction.parse((await served.ask(clientSubjects.describe(TENANT), { name })).json['action']),
  recorded: async (): Promise<RecordedEvent[]> => {
    const events = [];
    for await (const event of served.store.readAll({ streamPrefixes: ['registry-'] })) events.push(event);
    return events;
  },
});
