import { temporaryFolder } from './embedded/testing/temporary-folder.js';
import { openEventStore } from './open-event-store.js';

describe('the url of a log', () => {
  it('opens an embedded one in its folder', async () => {
    const folder = temporaryFolder();
    const store = await openEventStore(`embedded:${folder.path}/log`);
    const { logId } = store;
    await store.close();
    const again = await openEventStore(`embedded:${folder.path}/log`);
    expect(again.logId).toBe(logId);
    await again.close();
    folder.remove();
  });

  it.each(['', 'embedded:', './data', 'postgres://a', 'esdbx://a', 'Embedded:./data'])(
    '%j names none, and what would is said',
    async (url) => {
      const refused = openEventStore(url);
      await expect(refused).rejects.toThrow(TypeError);
      await expect(refused).rejects.toThrow(/must be embedded:<folder>, or esdb:/);
    },
  );

  it('that is malformed is refused without repeating it', async () => {
    const refused = openEventStore('esdb://ann:secret@one?tls=false');
    await expect(refused).rejects.toThrow(/credentials and tls=false/);
    await expect(refused).rejects.not.toThrow(/secret/);
  });
});
