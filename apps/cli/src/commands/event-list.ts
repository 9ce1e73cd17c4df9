import type { JsonObject } from '@action-do/contracts';
import { textAt } from '../gateway/json-reading.js';
import type { ListLayout } from '../output/list-writer.js';

/** Events of a list, and of one execution: the same columns. */
export const EVENTS: ListLayout = {
  id: (row) => textAt(row, 'eventId'),
  columns: [
    { title: 'POSITION', text: (row) => textAt(row, 'position') },
    { title: 'OCCURRED', text: (row) => textAt(row, 'occurredAt') },
    { title: 'TYPE', text: (row) => textAt(row, 'type') },
    { title: 'ACTION', text: (row) => actionOf(row), shrinks: true },
    { title: 'EXECUTION', text: (row) => textAt(row, 'executionId') },
    { title: 'ACTOR', text: (row) => textAt(row, 'actor', 'id'), shrinks: true },
    { title: 'ERROR', text: (row) => errorOf(row), shrinks: true },
  ],
};

/** Events of keys and tenants have none. */
function actionOf(row: JsonObject): string {
  const action = textAt(row, 'action');
  return action === '' ? '' : `${action}@${textAt(row, 'version')}`;
}

const errorOf = (row: JsonObject): string => textAt(row, 'data', 'error', 'code');
