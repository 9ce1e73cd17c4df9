import { jest } from '@jest/globals';

describe('the client of NATS', () => {
  it('is not loaded by those who only need the bus of one process', async () => {
    let loadedCount = 0;
    jest.unstable_mockModule('nats', () => {
      loadedCount += 1;
      return {
        MsgHdrsImpl: class {},
        connect: () => Promise.reject(new Error('not called: the url is malformed')),
      };
    });
    const { connectNats, InProcessBus } = await import('../index.js');
    await new InProcessBus().close();
    expect(loadedCount).toBe(0);
    await expect(connectNats({ url: 'nonsense', name: 'spec' })).rejects.toThrow(TypeError);
    expect(loadedCount).toBe(1);
  });
});
