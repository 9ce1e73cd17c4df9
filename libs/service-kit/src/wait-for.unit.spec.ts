import { waitFor } from './wait-for.js';

class Away extends Error {}

function world(failures: readonly Error[]) {
  const told: string[] = [];
  const left = [...failures];
  const stop = new AbortController();
  const attempt = async (): Promise<string> => {
    const failure = left.shift();
    if (failure) throw failure;
    return 'there';
  };
  const logger = {
    info: (_: object, message: string) => void told.push(message),
    warn: ({ reason }: { reason?: string }, message: string) => void told.push(`${message}: ${reason}`),
  };
  const waiting = () =>
    waitFor('the log', attempt, {
      isTemporary: (error) => error instanceof Away,
      logger,
      signal: stop.signal,
    });
  return { told, stop, waiting };
}

describe('waiting for what a service needs', () => {
  it('tells nothing where it is there', async () => {
    const { told, waiting } = world([]);
    expect([await waiting(), told]).toEqual(['there', []]);
  });

  it('tells each reason once, and that it is there', async () => {
    const { told, waiting } = world([new Away('down'), new Away('down'), new Away('not ready')]);
    expect(await waiting()).toBe('there');
    expect(told).toEqual(['waiting for the log: down', 'waiting for the log: not ready', 'the log is there']);
  });

  it('ends at once with what does not mend itself', async () => {
    const { waiting } = world([new Away('down'), new Error('wrong version')]);
    await expect(waiting()).rejects.toThrow('wrong version');
  });

  it('ends when the process is told to end', async () => {
    const { stop, waiting } = world(Array.from({ length: 50 }, () => new Away('down')));
    const waited = waiting();
    stop.abort();
    await expect(waited).rejects.toThrow(/abort/);
  });
});
