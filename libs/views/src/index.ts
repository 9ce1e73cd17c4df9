export { type ComparedViews, compareViews } from './compare/compare-views.js';
export * from './errors.js';
export {
  openViewsReader,
  openViewsWriter,
  type ViewsOptions,
  type ViewsWriterOptions,
} from './open-views.js';
export { valueAt } from './read/value-at.js';
export * from './views.js';
