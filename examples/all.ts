/** The eight sample actions of this package in one module; send-welcome-email is a package of its own. */
import assignToSalesRep from './assign-to-sales-rep/index.js';
import chargeCard from './charge-card/index.js';
import createUserRecord from './create-user-record/index.js';
import enrichUserProfile from './enrich-user-profile/index.js';
import sendInvoice from './send-invoice/index.js';
import setupBillingAccount from './setup-billing-account/index.js';
import updateCrmRecord from './update-crm-record/index.js';
import verifyUserIdentity from './verify-user-identity/index.js';

export default [
  updateCrmRecord,
  chargeCard,
  createUserRecord,
  assignToSalesRep,
  sendInvoice,
  verifyUserIdentity,
  setupBillingAccount,
  enrichUserProfile,
];
