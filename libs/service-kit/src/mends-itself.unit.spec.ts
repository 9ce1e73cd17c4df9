import { AppendUnknown, LogAccessDenied, StoreUnavailable, UnfitServer } from '@action-do/event-store';
import { BusClosed, BusInterrupted, BusUnreachable, NatsUnavailable } from '@action-do/messaging';
import { mendsItself } from './mends-itself.js';
import { waitFor } from './wait-for.js';

describe('what goes wrong at the start of a service', () => {
  it.each([
    new StoreUnavailable('away'),
    new AppendUnknown('log-identity'),
    new NatsUnavailable(['127.0.0.1:4222'], 'refused'),
    new BusUnreachable('do.v1.sys.log'),
    new BusInterrupted('do.v1.sys.log'),
  ])('$name may mend itself', (error) => {
    expect(mendsItself(error)).toBe(true);
  });

  it.each([
    new LogAccessDenied('read'),
    new UnfitServer('127.0.0.1:2113', 'too old'),
    new BusClosed(),
    new Error('a bug'),
    'no error at all',
    undefined,
  ])('%s does not', (error) => {
    expect(mendsItself(error)).toBe(false);
  });

  it('is not waited for where the log does not let us in, though its kin is', async () => {
    const failures = [new StoreUnavailable('away'), new LogAccessDenied('read')];
    const logger = { info: () => undefined, warn: () => undefined };
    const { signal } = new AbortController();
    const open = async (): Promise<void> => {
      throw failures.shift();
    };
    const opened = waitFor('the event log', open, { isTemporary: mendsItself, logger, signal });
    await expect(opened).rejects.toThrow(LogAccessDenied);
    expect(failures).toEqual([]);
  });
});
