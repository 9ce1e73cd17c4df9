import { partsTable } from './parts-table.js';
import { comparisons } from './sum-of-parts.js';

const REPORT = {
  node: 'v20.0.0',
  concurrency: 64,
  alone: {
    oneProcess: 300,
    bus: { requester: 50, server: 20, responder: 30 },
    appends: { inProcess: 40, client: 200, server: 140 },
    reads: { inProcess: 5, client: 35, server: 10 },
    views: { projector: 60, database: 40 },
  },
  services: {
    gateway: 170,
    executor: 500,
    'nats-server': 60,
    'event-log': 365,
    projector: 250,
    PostgreSQL: 215,
  },
};

describe('the sum of the parts', () => {
  const [onTheWay, all] = comparisons(REPORT);

  it('counts on the way of an execution what replaces a part instead of it', () => {
    expect(onTheWay.parts.map(({ us }) => us)).toEqual([300, 100, 300, 30]);
    expect(onTheWay).toMatchObject({ sumUs: 730, togetherUs: 1_095, ratio: 1.5 });
  });

  it('counts with all processes what follows behind, for three events', () => {
    expect(all.parts.slice(4).map(({ us }) => us)).toEqual([90, 180, 120]);
    expect(all).toMatchObject({ sumUs: 1_120, togetherUs: 1_560 });
  });

  it('says the ratio, and whether it is in the goal', () => {
    const within = partsTable(REPORT);
    expect(within).toMatch(/ratio 1\.50 .*within/);
    const beyond = partsTable({ ...REPORT, services: { ...REPORT.services, executor: 600 } });
    expect(beyond).toMatch(/ratio 1\.64 .*above/);
  });
});
