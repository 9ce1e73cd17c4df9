/** One swc configuration for tests and for TypeScript action modules: decorators with metadata, ES modules. */
export const swc = {
  swcrc: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** Tests run from sources: the custom export condition points every workspace package at its `src`. */
export const preset = (displayName) => ({
  displayName,
  testEnvironment: 'node',
  // A deadline, not an expectation of speed: the machine may be busy with something else.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@action-do/source', 'node', 'node-addons'] },
});
