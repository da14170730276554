// @hubspot/api-client against the sandbox at argv[2]: prints what it got, as one JSON object.
import { Client, AssociationTypes } from '@hubspot/api-client';

const url = process.argv[2];
const found = {};

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { status: error.code, category: error.body?.category, message: error.body?.message };
  }
}

const hubspot = new Client({ accessToken: 'sandbox-token', basePath: url, numberOfApiCallRetries: 0 });
const contacts = hubspot.crm.contacts;

const ada = await contacts.basicApi.create({ properties: { email: 'ada@x.com', firstname: 'Ada' } });
found.created = [ada.properties.email, ada.archived, ada.createdAt instanceof Date];
found.byEmail = (await contacts.basicApi.getById(
  'ada@x.com', ['firstname'], undefined, undefined, false, 'email',
)).properties.firstname;
found.updated = (await contacts.basicApi.update(ada.id, { properties: { phone: '1' } })).properties.phone;
const history = await contacts.basicApi.getById(ada.id, undefined, ['phone']);
found.history = history.propertiesWithHistory.phone.map((one) => one.value);

const batch = await contacts.batchApi.create({
  inputs: ['b', 'c', 'd'].map((n) => ({ properties: { email: `${n}@x.com` }, objectWriteTraceId: n })),
});
found.batch = batch.results.map((one) => one.properties.email).sort();
const read = await contacts.batchApi.read({
  idProperty: 'email', properties: ['email'], propertiesWithHistory: [],
  inputs: [{ id: 'b@x.com' }, { id: 'nope@x.com' }],
});
found.batchRead = [read.status, read.results.length, read.numErrors];
const upserted = await contacts.batchApi.upsert({
  inputs: [{ id: 'b@x.com', idProperty: 'email', properties: { firstname: 'Bo' } }],
});
found.upserted = upserted.results.map((one) => one._new);

const page = await contacts.basicApi.getPage(2);
found.page = [page.results.length, typeof page.paging.next.after];
found.all = (await contacts.getAll(2)).length;

const searched = await contacts.searchApi.doSearch({
  filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: 'ada@x.com' }] }],
  properties: ['email'], limit: 10, sorts: ['email'],
});
found.searched = [searched.total, searched.results[0].id === ada.id];

const firm = await hubspot.crm.companies.basicApi.create({ properties: { name: 'Acme' } });
await hubspot.crm.associations.v4.basicApi.create('contacts', ada.id, 'companies', firm.id, [
  { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: AssociationTypes.contactToCompany },
]);
const linked = await hubspot.crm.associations.v4.basicApi.getPage('contacts', ada.id, 'companies');
found.linked = linked.results.map((one) => [
  String(one.toObjectId) === firm.id, one.associationTypes.map((type) => type.typeId),
]);

const owners = await hubspot.crm.owners.ownersApi.getPage('rep@x.com');
found.owners = owners.results.map((one) => [one.email, one.firstName]);
const properties = await hubspot.crm.properties.coreApi.getAll('contacts');
found.property = properties.results.filter((one) => one.name === 'email').map((one) => one.type);
const pipelines = await hubspot.crm.pipelines.pipelinesApi.getAll('deals');
found.pipelines = pipelines.results.map((one) => one.id);

found.duplicate = await refusal(contacts.basicApi.create({ properties: { email: 'ada@x.com' } }));
found.missing = await refusal(contacts.basicApi.getById('999999'));
found.wrong = await refusal(contacts.basicApi.create({ properties: { nope: '1' } }));
const stranger = new Client({ accessToken: 'nope', basePath: url, numberOfApiCallRetries: 0 });
found.stranger = await refusal(stranger.crm.contacts.basicApi.getPage());

const product = await hubspot.crm.products.basicApi.create({ properties: { name: 'Widget', price: '9' } });
found.product = [product.properties.name, (await hubspot.crm.products.basicApi.getPage()).results.length];
const list = (await hubspot.crm.lists.listsApi.create({
  name: 'Guests', objectTypeId: '0-1', processingType: 'MANUAL',
})).list;
const joined = await hubspot.crm.lists.membershipsApi.add(list.listId, [ada.id]);
found.list = [list.processingType, joined.recordsIdsAdded.length];
const made = await hubspot.settings.users.usersApi.create({ email: 'new@x.com', sendWelcomeEmail: false });
found.users = [made.email, (await hubspot.settings.users.usersApi.getPage()).results.length];
const developer = new Client({ developerApiKey: 'any', basePath: url });
const template = await developer.crm.timeline.templatesApi.create(1234567, {
  name: 'Trial', objectType: 'contacts', headerTemplate: 'Trial of {{plan}}',
  tokens: [{ name: 'plan', label: 'Plan', type: 'string' }],
});
const event = await hubspot.crm.timeline.eventsApi.create({
  eventTemplateId: template.id, email: 'ada@x.com', tokens: { plan: 'Pro' },
});
found.timeline = [event.objectId === ada.id, event.tokens.plan];

await contacts.basicApi.archive(ada.id);
found.archived = (await refusal(contacts.basicApi.getById(ada.id))).status;

const oauth = new Client({ basePath: url });
const tokens = await oauth.oauth.tokensApi.create(
  'refresh_token', undefined, undefined, 'client', 'secret', 'refresh',
);
oauth.setAccessToken(tokens.accessToken);
found.oauth = [tokens.tokenType, (await oauth.crm.contacts.basicApi.getPage()).results.length];

console.log(JSON.stringify(found));
