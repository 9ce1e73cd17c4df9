import { INPUT_LIMITS } from '@action-do/contracts';
import { createFastifyAdapter } from './fastify-adapter.js';

it('all bodies that connections without a key can send at once take at most 512 MiB', () => {
  const { maxConnections } = createFastifyAdapter().getInstance().server;
  expect(maxConnections).toBeGreaterThan(0);
  expect(maxConnections * INPUT_LIMITS.bodyBytesMax).toBeLessThanOrEqual(512 * 1024 * 1024);
});
