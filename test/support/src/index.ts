export * from './hostile-bodies.js';
export * from './seeded-random.js';
export * from './start-platform.js';
