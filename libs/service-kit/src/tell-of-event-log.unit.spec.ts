import { tellOfEventLog } from './tell-of-event-log.js';

const told: [string, object][] = [];
const at = (level: string) => (fields: object) => void told.push([level, fields]);
const { onTrouble, onForeignEvent } = tellOfEventLog({
  info: at('info'),
  warn: at('warn'),
  error: at('error'),
});
beforeEach(() => void told.splice(0));

it('a log that is away is a warning, one that does not let us in an error, and its return is told', () => {
  onTrouble({ code: 'STORE_UNAVAILABLE', message: 'away' });
  onTrouble({ code: 'LOG_ACCESS_DENIED', message: 'denied' });
  onTrouble(null);
  expect(told).toEqual([
    ['warn', { reason: 'away' }],
    ['error', { reason: 'denied' }],
    ['info', {}],
  ]);
});

it('a foreign event is an error, with its place', () => {
  onForeignEvent({ streamId: 's', revision: 7n, message: 'none of ours' });
  expect(told).toEqual([['error', { stream: 's', revision: '7', reason: 'none of ours' }]]);
});
