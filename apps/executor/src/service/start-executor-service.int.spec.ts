import { makeLogger } from '@action-do/service-kit';
import { startDenyingLog } from '@action-do/test-support';
import { readConfig } from './config.js';
import { startExecutorService } from './start-executor-service.js';

const logger = makeLogger('silent', { service: 'executor' });
const from = process.cwd();

it('ends at once, with the reason, where the log does not let it in', async () => {
  const log = await startDenyingLog();
  const told = new AbortController();
  const config = readConfig({
    DO_NATS_URL: 'nats://127.0.0.1:9',
    DO_EVENT_STORE: log.url,
    DO_MASTER_KEY: 'ab'.repeat(32),
    DO_HEALTH_PORT: '0',
  });
  const started = startExecutorService(config, { logger, signal: told.signal, from });
  await expect(started).rejects.toMatchObject({
    code: 'LOG_ACCESS_DENIED',
    message: expect.stringMatching(/does not let us read it: .* the user and password of its url are wrong/),
  });
  expect(log.asked()).toBe(1);
  told.abort();
  await log.close();
});
