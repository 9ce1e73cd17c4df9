/** Counts a jest run for run-tests.mjs, which prints the counts once jest has ended and can say nothing more. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    process.send?.({
      passed: results.numPassedTests,
      // A suite that cannot be loaded has no tests that could fail, and must not pass for that.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    });
  }
}
