import { onEachEngine } from './engines.contract.js';
import { describeFillingFirst } from './fill-first.contract.js';

onEachEngine((engine, makeUrl) => describeFillingFirst(`filling views first on ${engine}`, makeUrl));
