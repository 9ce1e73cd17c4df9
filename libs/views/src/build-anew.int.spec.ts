import { describeBuildingAnew } from './build-anew.contract.js';
import { onEachEngine } from './engines.contract.js';

onEachEngine((engine, makeUrl) => describeBuildingAnew(`building views anew on ${engine}`, makeUrl));
