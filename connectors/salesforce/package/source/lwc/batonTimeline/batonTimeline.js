import { LightningElement, api } from 'lwc';

/** Baton's timeline of the lead or contact that the record page shows. */
export default class BatonTimeline extends LightningElement {
    @api recordId;
    @api objectApiName;
    @api height = 600;

    /** The Visualforce page of this object, which Salesforce signs the request of. */
    get address() {
        const page = `/apex/Baton_Timeline_${encodeURIComponent(this.objectApiName)}`;
        return `${page}?id=${encodeURIComponent(this.recordId)}`;
    }
}
