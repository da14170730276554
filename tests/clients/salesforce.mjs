// jsforce against the sandbox at argv[2]: prints what it got, as one JSON object.
import jsforce from 'jsforce';

const url = process.argv[2];
const found = {};

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { code: error.errorCode, message: error.message };
  }
}

const conn = new jsforce.Connection({
  instanceUrl: url, accessToken: 'sandbox-token', version: '59.0', maxRequest: 5,
});
found.identity = (await conn.identity()).username;

const made = await conn.sobject('Lead').create({ LastName: 'Ada', Company: 'Acme', Email: 'ada@x.com' });
found.created = made;
const many = await conn.sobject('Lead').create([
  { LastName: 'Bo', Company: 'Acme' }, { LastName: 'Cy', Company: 'Acme' }, { LastName: 'No firm' },
]);
found.collection = many.map((one) => one.success);
found.collectionCode = many[2].errors[0].statusCode;

const read = await conn.sobject('Lead').retrieve(made.id);
found.retrieved = [read.LastName, read.attributes.type];
const both = await conn.sobject('Lead').retrieve([many[0].id, many[1].id]);
found.retrievedMany = both.map((one) => one.LastName);
found.updated = (await conn.sobject('Lead').update({ Id: made.id, Title: 'CTO' })).success;
const updates = many.slice(0, 2).map((one) => ({ Id: one.id, Title: 'Engineer' }));
found.updatedMany = (await conn.sobject('Lead').update(updates)).map((one) => one.success);

const upserts = [];
for (const lead of [{ LastName: 'Di', Company: 'Acme' }, { LastName: 'Dido', Company: 'Acme' }]) {
  upserts.push(await conn.sobject('Lead').upsert({ ...lead, Baton_Key__c: 'k1' }, 'Baton_Key__c'));
}
found.upserted = upserts.map((one) => [one.success, one.created]);
const manyUpserted = await conn.sobject('Lead').upsert(
  [{ LastName: 'Di 2', Company: 'Acme', Baton_Key__c: 'k1' },
    { LastName: 'Ed', Company: 'Acme', Baton_Key__c: 'k2' }],
  'Baton_Key__c',
);
found.upsertedMany = manyUpserted.map((one) => one.success);

const leads = await conn.query("SELECT Id, LastName FROM Lead WHERE Company = 'Acme' ORDER BY LastName");
found.queried = leads.records.map((one) => one.LastName);
found.total = leads.totalSize;
const first = await conn.sobject('Lead').find({ Email: 'ada@x.com' }, 'Id, Title').limit(1);
found.found = first.map((one) => one.Title);

const described = await conn.sobject('Lead').describe();
found.described = described.fields.filter((one) => one.name === 'LastName').map((one) => one.type);
const global = await conn.describeGlobal();
found.global = global.sobjects.some((one) => one.name === 'Opportunity');
found.limits = Object.keys(await conn.limits()).includes('DailyApiRequests');

found.notFound = await refusal(conn.sobject('Lead').retrieve('00Q000000000000EAA'));
found.badQuery = await refusal(conn.query('SELECT Nope FROM Lead'));
found.badField = await refusal(conn.sobject('Lead').create({ LastName: 'x', Company: 'y', Nope: 1 }));
found.destroyed = (await conn.sobject('Lead').destroy(many[0].id)).success;
found.gone = await refusal(conn.sobject('Lead').retrieve(many[0].id));

conn.bulk2.pollInterval = 10;
conn.bulk2.pollTimeout = 20000;
const rows = Array.from({ length: 5 }, (_, n) => ({ LastName: `Bulk ${n}`, Company: 'Bulk' }));
rows.push({ LastName: 'No firm', Company: '' });
const loaded = await conn.bulk2.loadAndWaitForResults({ object: 'Lead', operation: 'insert', input: rows });
found.bulk = [loaded.successfulResults.length, loaded.failedResults.length];
const stream = await conn.bulk2.query("SELECT LastName FROM Lead WHERE Company = 'Bulk'");
found.bulkQuery = (await stream.toArray()).map((one) => one.LastName).sort();

found.bulk1 = (await conn.bulk.load('Lead', 'insert', [
  { LastName: 'Old', Company: 'Bulk 1' }, { LastName: 'No firm' },
])).map((one) => one.success);
const old = await conn.bulk.query("SELECT LastName FROM Lead WHERE Company = 'Bulk 1'");
found.bulk1Query = [];
for await (const one of old) found.bulk1Query.push(one.LastName);

const sosl = await conn.search('FIND {Cy} RETURNING Lead(LastName)');
found.searched = sosl.searchRecords.map((one) => one.LastName);
found.layouts = (await conn.sobject('Lead').layouts()).recordTypeMappings.map((one) => one.name);

const visit = {
  fullName: 'Visit__c', label: 'Visit', pluralLabel: 'Visits', sharingModel: 'ReadWrite',
  deploymentStatus: 'Deployed', nameField: { type: 'Text', label: 'Name' },
};
found.metadata = (await conn.metadata.create('CustomObject', visit)).success;
found.metadataRead = (await conn.metadata.read('CustomObject', 'Visit__c')).pluralLabel;
const wanted = {
  apiVersion: '59.0', singlePackage: true,
  unpackaged: { types: [{ name: 'CustomObject', members: ['Visit__c'] }], version: '59.0' },
};
found.retrieveStarted = (await conn.metadata.retrieve(wanted)).id.slice(0, 3);

found.soapUser = (await conn.soap.getUserInfo()).userName;
const twins = await conn.sobject('Lead').create([
  { LastName: 'Twin', Company: 'T' }, { LastName: 'Twin', Company: 'T' },
]);
const merged = await conn.soap.merge({
  masterRecord: { type: 'Lead', Id: twins[0].id }, recordToMergeIds: [twins[1].id],
});
found.merged = [merged.success, merged.mergedRecordIds.length];
found.undeleted = (await conn.soap.undelete([many[0].id])).map((one) => one.success);

const byPassword = new jsforce.Connection({ loginUrl: url, version: '59.0' });
const user = await byPassword.login('integration@sandbox.example', 'password');
found.login = [user.organizationId.slice(0, 3), user.id.slice(0, 3)];
found.afterLogin = (await byPassword.query('SELECT COUNT() FROM Lead')).totalSize > 0;

const stranger = new jsforce.Connection({ instanceUrl: url, accessToken: 'nope', version: '59.0' });
found.stranger = await refusal(stranger.query('SELECT Id FROM Lead'));

console.log(JSON.stringify(found));
