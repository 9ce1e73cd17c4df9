import { AccessLookup } from '../access/access-events.js';
import { Adopted } from '../execution/adopted.js';
import { RecoverHint } from '../execution/recover-hint.js';
import { HandlerAbort, HandlerHeartbeat, HandlerQuestion, HandlerUndo } from '../handler/handler-messages.js';
import { Beat } from './beat.js';

describe('a message between processes', () => {
  it.each([
    ['beat', Beat, { executor: 'e1', leaseMs: 2_000 }],
    ['adoption', Adopted, { executor: 'e1', stream: 'action-default.1', generation: 1, attempt: 1 }],
    ['hint', RecoverHint, { streams: [] }],
    ['undo', HandlerUndo, { params: {}, result: null }],
    ['question', HandlerQuestion, { attempt: 1 }],
    ['heartbeat', HandlerHeartbeat, { attempt: 1 }],
    ['abort', HandlerAbort, { attempt: 1, cancelled: true }],
    ['look-up of a key', AccessLookup, { keyId: 'k1' }],
  ])('may get members later that this version passes over: %s', (_, schema, message) => {
    expect(schema.parse({ ...message, since: 'a later version' })).toEqual(message);
  });
});
