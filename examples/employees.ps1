<#
.SYNOPSIS
The employees job, end to end, on the embedded engine: three days of changes become a report table.
.DESCRIPTION
Every day a file with changed rows arrives. Each is kept for ever in a raw table, and the report table is brought to the report date:
deleted, updated only if changed, inserted. Then its history is listed, it is read as it was between two merges, optimised, and cleaned up.
Runs in deltatools and in pwsh 7.6. Every pipeline ends in Out-Host, so that each kind of object is shown as a table of its own.
.PARAMETER Warehouse
Folder for the tables; a new one under the temporary folder when it is left out, deleted at the end.
#>
param([string] $Warehouse)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module DeltaTools)) { Import-Module "$PSScriptRoot/../DeltaTools.psd1" }
$temporary = -not $Warehouse
if ($temporary) { $Warehouse = [System.IO.Directory]::CreateTempSubdirectory('deltatools-').FullName }
Connect-IcebergCatalog -Warehouse $Warehouse

"1. Day one: the first delta makes the raw table; the report table is described by hand."
Import-Delta "$PSScriptRoot/employees-2021-01-01.csv" -Table hr.raw_deltas -DateReceived 2021-01-01 | Out-Host
New-IcebergTable hr.employee -Schema @'
    employee_id int, sex string, forename string, surname string, department_id int, manager_id int,
    record_created date, record_last_updated date
'@ | Out-Host
Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-01 | Out-Host
Get-IcebergData hr.employee | Out-Host

"2. Day two: Lexie gets a department, Robert and Iris join."
Import-Delta "$PSScriptRoot/employees-2021-01-02.csv" -Table hr.raw_deltas -DateReceived 2021-01-02 | Out-Host
Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -WhatIf
Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 | Out-Host
Get-IcebergData hr.employee | Out-Host
$betweenMerges = [DateTimeOffset]::Now

"3. Day three: Dexter leaves, Iris moves, three people join. Merging the day again, and an empty day, change nothing."
Import-Delta "$PSScriptRoot/employees-2021-01-03.csv" -Table hr.raw_deltas -DateReceived 2021-01-03 | Out-Host
foreach ($date in '2021-01-03', '2021-01-03', '2021-01-04') {
    Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate $date | Out-Host
}
Get-IcebergData hr.employee | Out-Host

"4. The history of the report table."
Get-IcebergHistory hr.employee | Out-Host

"5. The table as it was between the second and the third merge, by time; and by report date, two columns of one department."
Get-IcebergSnapshot hr.employee -AsOf $betweenMerges | Get-IcebergData | Out-Host
Get-IcebergData hr.employee -ReportDate 2021-01-02 -Column employee_id, surname -Filter 'department_id = 1' | Out-Host

"6. Small files are packed together, deletes applied."
Optimize-IcebergTable hr.employee, hr.raw_deltas -MinInputFiles 2 | Out-Host

"7. Clean up: the tables and all their files."
Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force
Disconnect-IcebergCatalog default
if ($temporary) { [System.IO.Directory]::Delete($Warehouse, $true) }
"Done."
