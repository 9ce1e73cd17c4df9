import { onEachEngine } from './engines.contract.js';
import { describeSearch } from './search.contract.js';

onEachEngine((engine, makeUrl) => describeSearch(`searching on ${engine}`, makeUrl));
