<#
.SYNOPSIS
The employees job on AWS: the Glue data catalog, S3 and Athena. It costs a few cents.
.DESCRIPTION
The same steps as employees.ps1. The deltas are imported by the embedded engine, which writes into S3; merges, queries and maintenance run on Athena.
Ask about_DeltaTools_Athena for the permissions that are needed.
.PARAMETER Warehouse
Where the tables lie, such as s3://my-bucket/warehouse.
.PARAMETER OutputLocation
Where Athena puts results, such as s3://my-bucket/results/; not needed when the work group says it.
.PARAMETER Connection
More parameters of Connect-IcebergCatalog, such as @{ Region = 'eu-west-2'; ProfileName = 'data' }.
.PARAMETER Keep
Leaves the tables, to look at them.
#>
param(
    [Parameter(Mandatory)] [string] $Warehouse,
    [string] $OutputLocation,
    [string] $WorkGroup = 'primary',
    [hashtable] $Connection = @{},
    [switch] $Keep
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module DeltaTools)) { Import-Module "$PSScriptRoot/../DeltaTools.psd1" }
if ($OutputLocation) { $Connection.OutputLocation = $OutputLocation }
Connect-IcebergCatalog -Glue -Warehouse $Warehouse -WorkGroup $WorkGroup @Connection

"1. The report table is made by Athena, the raw table by the first import."
New-IcebergTable hr.employee -Engine Athena -Schema @'
    employee_id int, sex string, forename string, surname string, department_id int, manager_id int,
    record_created date, record_last_updated date
'@ | Out-Host

"2. Three days of deltas: imported into S3, merged on Athena. -WhatIf counts beforehand."
foreach ($date in '2021-01-01', '2021-01-02', '2021-01-03') {
    Import-Delta "$PSScriptRoot/employees-$date.csv" -Table hr.raw_deltas -DateReceived $date | Out-Host
    Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate $date -Engine Athena -WhatIf
    $merged = Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate $date -Engine Athena
    $merged | Out-Host
    "   $($merged.QueryId.Count) queries read $($merged.BytesRead) bytes in $($merged.EngineTime), for about $($merged.EstimatedCost) USD."
}

"3. The rows, by both engines."
Get-IcebergData hr.employee -Engine Athena | Out-Host
Get-IcebergData hr.employee -Engine Embedded -ReportDate 2021-01-02 | Out-Host

"4. Any query: with a value from the script, as of an earlier snapshot, and about the table itself."
Invoke-IcebergQuery 'SELECT forename, surname FROM hr.employee WHERE department_id = ? ORDER BY surname' -Parameter 2 -Engine Athena | Out-Host
$first = (Get-IcebergHistory hr.employee)[-1].SnapshotId
Invoke-IcebergQuery "SELECT count(*) AS employees FROM hr.employee FOR VERSION AS OF $first" -Engine Athena | Out-Host
Invoke-IcebergQuery 'SELECT * FROM hr."employee$history" ORDER BY made_current_at' | Out-Host

"5. Maintenance: OPTIMIZE and VACUUM, run as often as Athena asks for."
Optimize-IcebergTable hr.employee -Engine Athena | Out-Host
Remove-IcebergSnapshot hr.employee -Engine Athena -Force | Out-Host

"6. What Athena cannot do, the embedded engine does on the same table: tags, and the way back."
Set-IcebergRef hr.employee -Name day-three -Type Tag -SnapshotId $merged.SnapshotId | Out-Host
Set-IcebergRef hr.employee -Name day-one -Type Tag -SnapshotId $first | Out-Host
Restore-IcebergTable hr.employee -Ref day-one -Force | Out-Host
Get-IcebergData hr.employee | Out-Host

"7. Clean up: the tables and all their files."
if (-not $Keep) { Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force }
Disconnect-IcebergCatalog default
"Done."
