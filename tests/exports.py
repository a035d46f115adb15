"""Small exports of our own, with the headers and quirks of what real tools write."""

HUBSPOT = """
    Record ID,Company name,Company owner,Create Date,Last Activity Date,Country/Region
    123456789012,Acme,Jane,2024-01-02 10:30,2025-03-01 09:00,Germany
    123456789013,Beta,Jo,2024-01-03 10:30,2025-02-01 09:00,Germany
    """
SALESFORCE = """
    Last Activity,Account Owner,Account Name,Type,Last Modified Date,Account ID
    3/14/2025,Jane,Acme,Customer,3/15/2025,001Wj00000tQWvr
    2/1/2025,Jo,Beta,Customer,3/5/2025,001Wj00000tQWvR
    """
STRIPE = """
    id,Customer ID,Customer Name,Amount,Interval,Status,Cancellation Reason,Start (UTC),Canceled At (UTC)
    sub_1,cus_1,Acme,100.00,month,active,,2024-01-01 10:00,
    sub_2,cus_1,Acme,50.00,month,canceled,price,2024-01-01 10:00,2025-01-01 10:00
    sub_3,cus_2,Beta,70.00,month,active,,2024-01-01 10:00,
    """  # noqa: E501
ZENDESK = """
    Id,Requester,Assignee,Subject,Created at,Organization,Satisfaction Score,Full resolution time in minutes
    101,Ann,Bob,Help,2025-03-01 10:00,Acme,good,120
    102,Ann,Bob,Help,2025-03-03 10:00,Acme,offered,
    103,Cid,Bob,Help,2025-02-03 10:00,Beta,bad,600
    """  # noqa: E501
CHURNZERO = """
    accountExternalId,name,nextRenewalDate,totalContractAmount,startDate,OwnerUserAccount,ParentAccountExternalId
    A1,Acme,2026-01-31,12000,2024-02-01,jane,
    A2,Beta,2026-05-31,8000,2024-06-01,jo,A1
    """
VITALLY = """
    externalId,name,industry,phoneNumber
    v1,Acme,Retail,1
    v2,Beta,Bank,2
    """
GAINSIGHT = """
    Gsid,Name,ARR,MRR,LifecycleStage,CSMName,OriginalContractDate,RenewalDate,OverallScore,SfdcAccountId
    1P01,Acme,"$120,000","$10,000",Adopt,Jane,2022-01-13,2026-01-12,70,001A
    1P02,Beta,"$60,000","$5,000",Adopt,Jo,2023-01-13,2026-02-12,60,001B
    """
CHARTMOGUL = """
    CUSTOMER_UUID,CUSTOMER_EXTERNAL_IDS,CUSTOMER_NAME,CUSTOMER_SUBSCRIPTION_ID,BILLING_SYSTEM,MRR,CURRENCY,INTERVAL_UNIT,STATUS
    cus_a,1,Acme,s1,stripe,10000,EUR,month,Active
    cus_a,1,Acme,s2,stripe,5000,EUR,month,Cancelled
    cus_b,2,Beta,s3,stripe,2500,EUR,year,Active
    """
DEMO = """
    Customer,Segment,ARR,Renewal_Date,NPS,Tickets_Last_90d,CSAT,Logins_Last_30d,Active_Users,Total_Seats
    Acme,SMB,12000,2026-03-31,9,3,4.5,40,8,10
    Beta,ENT,240000,2026-06-30,4,0,3.9,400,180,200
    """
TYPEFORM = """
    #,"What is the function there to do, and what does it leave to others?",Your team?,Start Date (UTC),Submit Date (UTC),Network ID
    a1,4,North,2025-03-01 10:00:00,2025-03-01 10:05:00,n1
    a2,2,South,2025-03-01 11:00:00,2025-03-01 11:05:00,n2
    """  # noqa: E501

USAGE = "usage_id,subscription_id,usage_date,feature_name,usage_count\n" + "\n".join(
    f"U{n},S{n % 3},2025-03-0{n + 1},f{n},2" for n in range(6)
)
