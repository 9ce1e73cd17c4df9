import { describeCatalogue } from './catalogue.contract.js';
import { onEachEngine } from './engines.contract.js';
import { describeViews } from './views.contract.js';

onEachEngine((engine, makeUrl) => {
  describeViews(`views on ${engine}`, makeUrl);
  describeCatalogue(`the catalogue on ${engine}`, makeUrl);
});
