import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@action-do/test-support';
import { appendKey, followerWorld, listeningLog } from './testing/follower-world.contract.js';
import { viewsPlace } from './views-place.js';

const folder = mkdtempSync(join(tmpdir(), 'views-place-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('embedded views', () => {
  const { logger } = listeningLog();
  const at = join(folder, 'views');
  const place = viewsPlace(`embedded:${at}`, logger);

  async function follow(keys: number): Promise<void> {
    const world = followerWorld({ views: place });
    for (let n = 0; n < keys; n += 1) await appendKey(world.log, `k-${n}`);
    const running = world.run();
    await until('the views follow', () => world.follower.followed?.position === BigInt(keys));
    await world.stop(running);
  }

  it('that are ahead of a log begun anew are put aside and built from it, also under a reader', async () => {
    await follow(5);
    const reader = await place.openReader();
    expect((await reader.checkpoint())?.position).toBe(5n);
    await follow(2);
    await until('the reader sees the new ones', async () => (await reader.checkpoint())?.position === 2n);
    await follow(1);
    await reader.close();
    expect(existsSync(`${at}.discarded`)).toBe(true);
  });
});

describe('views in a database', () => {
  it('are never thrown away by themselves', () => {
    expect(viewsPlace('postgres://localhost/views', listeningLog().logger).startAgain).toBeUndefined();
  });
});
