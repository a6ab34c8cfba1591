@{
    # No RootModule: the loader must run before the cmdlets are looked at, and help is found beside nested modules.
    NestedModules        = @('module/bin/DeltaTools.Loader.dll', 'module/bin/DeltaTools.Cmdlets.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = '0c2f6c8e-6d0b-4b1d-9d6c-1c6f7f2b8a41'
    Author               = 'The DeltaTools authors'
    CompanyName          = 'The DeltaTools authors'
    Copyright            = '(c) 2026 The DeltaTools authors. MIT licence.'
    Description          = 'Turns daily change files (deltas) into trustworthy Apache Iceberg tables: import, merge by report date, history, time travel, maintenance. A delta here is a change file, never Delta Lake.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/DeltaTools.format.ps1xml')
    TypesToProcess       = @('module/DeltaTools.types.ps1xml')
    CmdletsToExport      = @(
        'Compare-IcebergSnapshot'
        'Connect-IcebergCatalog'
        'Disconnect-IcebergCatalog'
        'Export-IcebergReport'
        'Get-DeltaLedger'
        'Get-IcebergCatalog'
        'Get-IcebergData'
        'Get-IcebergEntry'
        'Get-IcebergFile'
        'Get-IcebergHistory'
        'Get-IcebergManifest'
        'Get-IcebergMetadataLog'
        'Get-IcebergPartition'
        'Get-IcebergRef'
        'Get-IcebergRow'
        'Get-IcebergSnapshot'
        'Get-IcebergTable'
        'Import-Delta'
        'Import-IcebergFile'
        'Invoke-IcebergMerge'
        'Invoke-IcebergQuery'
        'New-IcebergTable'
        'Optimize-IcebergTable'
        'Out-DeltaSummary'
        'Register-IcebergTable'
        'Remove-IcebergOrphanFile'
        'Remove-IcebergRef'
        'Remove-IcebergSnapshot'
        'Remove-IcebergTable'
        'Restore-DeltaQuarantine'
        'Restore-IcebergTable'
        'Set-IcebergRef'
        'Set-IcebergTable'
        'Test-IcebergReport'
        'Test-IcebergTable'
        'Undo-IcebergMerge'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Iceberg', 'Parquet', 'Lakehouse', 'CDC', 'Delta', 'Athena', 'AWS', 'S3', 'DuckDB', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            ReleaseNotes = 'See module/CHANGELOG.md.'
        }
    }
}
