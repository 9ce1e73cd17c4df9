export default {
  projects: [
    '<rootDir>/libs/contracts',
    '<rootDir>/libs/domain',
    '<rootDir>/libs/event-store',
    '<rootDir>/libs/messaging',
    '<rootDir>/libs/sdk',
    '<rootDir>/libs/action-kit',
    '<rootDir>/apps/gateway',
    '<rootDir>/apps/executor',
    '<rootDir>/apps/standalone',
    '<rootDir>/test/support',
    '<rootDir>/examples/send-welcome-email',
    '<rootDir>/test/e2e',
    '<rootDir>/test/tidy',
    '<rootDir>/test/torture',
  ],
  // Over all projects this one counts, not the preset's. A deadline, not an expectation of speed.
  testTimeout: 60_000,
  workerIdleMemoryLimit: '400MB',
  coverageProvider: 'v8',
};
