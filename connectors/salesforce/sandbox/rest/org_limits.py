"""What `/limits` lists, with what a developer's org may have of each.

Source: REST API Developer Guide, "Limits"; names as orgs answered them in 2026.
"""

from typing import Any

SIZES = {
    "AnalyticsExternalDataSizeMB": 40960,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentEinsteinDataInsightsStoryCreation": 5,
    "ConcurrentEinsteinDiscoveryStoryCreation": 2,
    "ConcurrentSyncReportRuns": 20,
    "DailyAnalyticsDataflowJobExecutions": 60,
    "DailyAnalyticsUploadedFilesSizeMB": 51200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyAsyncApexTests": 500,
    "DailyBulkApiBatches": 15000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyDeliveredPlatformEvents": 10000,
    "DailyDurableGenericStreamingApiEvents": 10000,
    "DailyDurableStreamingApiEvents": 10000,
    "DailyEinsteinDataInsightsStoryCreation": 1000,
    "DailyEinsteinDiscoveryPredictAPICalls": 50000,
    "DailyEinsteinDiscoveryPredictionsByCDC": 500_000,
    "DailyEinsteinDiscoveryStoryCreation": 100,
    "DailyFunctionsApiCallLimit": 235_000,
    "DailyGenericStreamingApiEvents": 10000,
    "DailyStandardVolumePlatformEvents": 10000,
    "DailyStreamingApiEvents": 10000,
    "DailyWorkflowEmails": 100_000,
    "DataStorageMB": 1024,
    "DurableStreamingApiConcurrentClients": 20,
    "FileStorageMB": 1024,
    "HourlyAsyncReportRuns": 1200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5000,
    "HourlyDashboardStatuses": 999_999_999,
    "HourlyLongTermIdMapping": 100_000,
    "HourlyManagedContentPublicRequests": 50000,
    "HourlyODataCallout": 20000,
    "HourlyPublishedPlatformEvents": 50000,
    "HourlyPublishedStandardVolumePlatformEvents": 1000,
    "HourlyShortTermIdMapping": 100_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1000,
    "MassEmail": 5000,
    "MonthlyEinsteinDiscoveryStoryCreation": 500,
    "Package2VersionCreates": 6,
    "Package2VersionCreatesWithoutValidation": 500,
    "PlatformEventTriggersWithParallelProcessing": 5,
    "PrivateConnectOutboundCalloutHourlyLimitMB": 0,
    "SingleEmail": 5000,
    "StreamingApiConcurrentClients": 20,
}
UNSIZED = (
    "CdpAiInferenceApiMonthlyLimit",
    "ContentDistBandwidthLimitMB",
    "ContentDistViewLimit",
    "ContentPublicationLimit",
    "DailyApexCursorLimit",
    "DailyApexCursorRowsLimit",
    "DailyApexPCursorLimit",
    "DailyDataCloudCursorLimit",
    "DailyDataCloudCursorRowsLimit",
    "DailyDataCloudFlexCredits",
    "DailyEinsteinDiscoveryOptimizationJobRuns",
    "DailyMetadataRetrievesWithDependencies",
    "DailyServiceEmailAgentforceCalls",
    "ExternalServicesActiveObjects",
    "ExternalServicesActiveOperations",
    "ExternalServicesObjectProperties",
    "ExternalServicesObjects",
    "ExternalServicesOperations",
    "ExternalServicesRegistrations",
    "HourlyElevateAsyncReportRuns",
    "HourlyElevateSyncReportRuns",
    "MaxContentDocumentsLimit",
    "PublishCallbackUsageInApex",
    "ScheduledFlowRunLimit",
    "ScheduledPathRunLimit",
)
PERMISSION_SETS = {"Max": 1500, "Remaining": 1500, "CreateCustom": {"Max": 1000, "Remaining": 1000}}


def unused() -> dict[str, dict[str, Any]]:
    """`{name: {"Max", "Remaining"}}`, nothing used; 0 of what no source gives a size for."""
    sized = {**SIZES, **dict.fromkeys(UNSIZED, 0)}
    shown = {name: {"Max": size, "Remaining": size} for name, size in sized.items()}
    return {**shown, "PermissionSets": PERMISSION_SETS}
