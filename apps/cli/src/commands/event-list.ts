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
    { title: 'ACTION', text: (row) => `${textAt(row, 'action')}@${textAt(row, 'version')}`, shrinks: true },
    { title: 'EXECUTION', text: (row) => textAt(row, 'executionId') },
    { title: 'ACTOR', text: (row) => textAt(row, 'actor', 'id'), shrinks: true },
    { title: 'ERROR', text: (row) => errorOf(row), shrinks: true },
  ],
};

const errorOf = (row: JsonObject): string => textAt(row, 'data', 'error', 'code');
